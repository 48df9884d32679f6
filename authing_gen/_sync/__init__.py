# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""The client that waits with `await`; its twin is made from it."""
