"""Modules that the generator copies into every generated package as they are.

They import their siblings in the generated package (`.enums`, `.operations`), so they
are type-checked there and never imported from here.
"""
