"""Does again, on any clone, what the hooks would have done: names, settings, records and their code, data.

Hooks can be skipped; what is looked at here is in the commits. A check only looks, and says what it could not see.
"""
