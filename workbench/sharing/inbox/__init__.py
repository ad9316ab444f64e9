"""The inbox of each member of a team: what concerns them, and the number that is unread."""
