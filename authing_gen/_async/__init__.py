"""The client that waits with `await`; its twin is made from it."""
