"""What callers of a generated package see, and what changes of it mean for them.

`reading` reads it off the sources, `comparison` compares two, and `assignable` says
whether one type still fits where another one did.
"""
