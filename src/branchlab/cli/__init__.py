"""The command line: one module per command, each of which parses, calls the core and renders.

stdout is data, stderr is words, the exit code is an `ExitCode`.
"""
