"""Compares the schema with that of a server or a file; takes over what is safe.

`introspection` reads the other schema, and `part` cuts out what operations can reach.
`changes` says what differs, `usage` and `breakages` what that does to each operation,
and `comparison` puts it together. `apply` writes the safe changes into our `files`.
"""
