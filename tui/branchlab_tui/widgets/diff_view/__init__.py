"""A patch to read: coloured, foldable, beside each other or in one column."""
