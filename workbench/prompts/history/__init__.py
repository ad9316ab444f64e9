"""The versions of a prompt: their list, what changed between any two, what a save adds."""
