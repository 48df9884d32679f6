"""Compares the schema with that of a server or a file; takes over what is safe.

`introspection` reads the other schema (`asking` asks a server for it, `defaults` reads
what it says of defaults), and `part` cuts out what operations can reach. `changes` says
what differs, `usage` and `breakages` what that does to each operation, and `comparison`
puts it together. `apply` writes what is added into our `files`, and `alterations` the
rest; `fitting` lets our operations follow.
"""
