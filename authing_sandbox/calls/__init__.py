"""What answering any call needs: the server, who asks, and the words for refusing."""
