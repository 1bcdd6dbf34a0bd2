"""Every key that works now; each can be done from there."""
