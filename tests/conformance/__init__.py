"""What other people's schemas and operations come to: `make conformance`."""
