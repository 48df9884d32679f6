"""`read_seed`, where the documentation has it."""

from .seeding.seed_file import read_seed

__all__ = ["read_seed"]
