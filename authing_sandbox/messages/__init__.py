"""Mail and SMS."""
