"""What stands where there is nothing to show, or nothing yet, or where reading failed."""
