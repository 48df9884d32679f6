"""Accounts, and what proves and limits who they are."""
