"""The server, put together and running."""
