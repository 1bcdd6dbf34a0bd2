"""What CI judges: which commits are compared, what their records say, and whether the gates hold."""
