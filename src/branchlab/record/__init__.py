"""What a run leaves on its branch: metrics.toml, the curves in history.csv, and the commit's message.

`model` says what a record is, `format` and `values` write and read it, `limits` bounds what a hostile one may
cost, `summary` reads it fast for the catalog, `history` keeps the curves, `message` tells git what came out.
"""
