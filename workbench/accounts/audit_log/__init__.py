"""Reading what was done: the pages of the audit events, and their file."""
