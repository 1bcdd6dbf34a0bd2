"""What opens over a view: keys, palette, command line, questions, forms, the log."""
