"""The command `authing-gen`. Needs the extra `codegen`; `call` and `operations` need
only the extra `cli`.
"""
