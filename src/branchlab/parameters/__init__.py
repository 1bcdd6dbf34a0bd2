"""Parameter files: what is changed between experiments, read, overridden by `-S`, and written back unharmed.

`files` reads TOML, YAML and JSON; `overrides` reads the arguments of `-S`; `edit` sets values in a file's text.
"""
