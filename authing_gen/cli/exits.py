"""Exit statuses, the same for all commands."""

OK = 0
"""It is done, and there is nothing to say."""
DIFFERENT = 1
"""What was asked for is not so: the output is out of date, the schemas differ, the
service refused."""
USAGE = 2
"""The command line, a setting, the schema or an operation is wrong."""
