"""Git, through its own program: the only room that starts git or imports GitPython.

Names reach git as arguments behind `--end-of-options` or through standard input, in a scrubbed environment and
without a shell.
"""
