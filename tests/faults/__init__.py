"""Thousands of mixed calls against a server that does all the wrong that it can.

`make faults` prints what came of them, and fails where one of the promises was broken:

- it ends, within its deadline, with a model or with an `AuthingError`;
- its answer is its own;
- what the service has begun and may not be repeated is not sent twice.
"""
