"""The difference of two experiments: what they recorded, and what differs in code."""
