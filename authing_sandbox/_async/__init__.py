"""Controlling a running sandbox, asynchronously."""
