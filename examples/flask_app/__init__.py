"""An application of Flask."""
