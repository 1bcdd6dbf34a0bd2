"""Asks before something is done that costs or cannot be taken back."""
