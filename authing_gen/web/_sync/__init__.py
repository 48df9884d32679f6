# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""What asks the service."""
