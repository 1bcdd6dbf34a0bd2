"""What all widgets that show a drawing have in common."""
