"""Webhooks: the team's events, signed, to addresses on hosts that the operator allows."""
