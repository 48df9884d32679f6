"""The plugin for pytest: fixtures for tests against a sandbox.

A package of its own, since it needs both `authing_gen` and `authing_sandbox`, neither
of which knows the other, and since pytest imports it at every start, whether anything
of ours is wanted or not.
"""
