"""`authing-gen users`, against a sandbox of its own."""
