"""The library: the list of the team's prompts, and all that arranges them."""
