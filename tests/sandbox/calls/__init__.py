"""Tests of what answering any call needs."""
