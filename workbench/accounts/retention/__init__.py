"""How long a team keeps runs and audit events: the form, and the deletion of old events."""
