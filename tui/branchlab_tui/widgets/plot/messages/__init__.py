"""What plots tell their screen: one message per file."""
