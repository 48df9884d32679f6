"""What asks the service."""
