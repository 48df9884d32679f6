"""The command `users`: lists, exports, imports, blocks and removes the users of a pool,
any number of them in the same memory.
"""
