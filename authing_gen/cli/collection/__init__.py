"""Collections of requests for the tools that people try an API with."""
