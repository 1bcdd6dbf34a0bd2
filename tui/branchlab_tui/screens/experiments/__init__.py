"""The table of all experiments: filter, sort, group, mark and pin, with a preview of the row under the cursor."""
