"""Taking requests in, and exchanging them with a partner."""
