"""Presets: parameters under a name, which a draft can take and new prompts can begin with.

parts.py        what a preset can hold, taken out of a content and put into one
lines.py        parameters as lines to read, and what differs between two
refusals.py     what the API would refuse of a preset by itself
applying.py     what a draft becomes with a preset: changes, what does not fit, what is left
saving.py       making, replacing, renaming and deleting one; the team's default
starting.py     what a new prompt of the team begins with
listing.py      the list of the team's presets
views.py        the list and the page of one; draft_views.py: those of a draft
"""
