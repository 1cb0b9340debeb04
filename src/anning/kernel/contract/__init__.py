"""What a domain declares about itself: plain frozen values, no database, no behaviour of their own."""
