"""Pages of headings, facts and tables that scroll and are searched."""
