"""Teams: making, changing, leaving and deleting them, and who is in them."""
