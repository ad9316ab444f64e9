"""Merging texts that were changed in two places, and telling who else has a prompt open."""
