"""A table drawn line by line: shows ten thousand rows as fast as ten, and knows nothing of what they mean.

`column` holds what goes in (free of Textual), `table` the widget, `messages` what comes out.
"""
