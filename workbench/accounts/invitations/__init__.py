"""Links that let people join a team."""
