"""What an endpoint under `/sandbox` is: what it takes and answers, and for whom."""
