"""What came out of a sweep, as pure functions over its trials and what they are judged by."""
