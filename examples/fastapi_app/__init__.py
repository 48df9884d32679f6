"""An application of FastAPI."""
