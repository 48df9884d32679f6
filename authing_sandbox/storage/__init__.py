"""The database and what is in it."""
