"""OpenID Connect and OAuth 2: grants, endpoints, and the pages people see."""
