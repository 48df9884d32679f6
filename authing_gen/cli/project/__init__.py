"""A project of the user's own: its names, its files, and how they are written."""
