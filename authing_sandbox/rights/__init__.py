"""Who may do what, under `/sandbox`: listed, and changed."""
