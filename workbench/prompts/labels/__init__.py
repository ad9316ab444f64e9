"""Labels: names that are set on versions, moved and removed, with the history of that."""
