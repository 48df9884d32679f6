"""Fleets of real processes that share one OwnerToken in a real Redis, in trouble.

`make reliability` prints what came of it, and fails where one of the promises was
broken:

- no call is lost, whatever happens to a process, to Redis or to a clock;
- the service is asked for a token once for all, and not while it says "not now".
"""
