"""Data, models and other large files through DVC; the only code that knows of it."""
