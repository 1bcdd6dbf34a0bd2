"""What the core knows, as text for a terminal, Markdown, CSV and JSON: pure functions, nothing is printed here."""
