"""Users, teams, roles, keys, and the one place that decides who may do what."""
