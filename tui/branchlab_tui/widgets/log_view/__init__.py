"""A log of any size: its tail at once, the rest backwards when somebody looks at it, and what is appended.

`log_file` reads (free of Textual), `layout` decides which rows are in sight, `log_view` draws them.
"""
