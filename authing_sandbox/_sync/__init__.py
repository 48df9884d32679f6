# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Controlling a running sandbox, synchronously."""
