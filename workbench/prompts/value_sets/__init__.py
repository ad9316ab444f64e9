"""Value sets: named values for the variables of a prompt, kept with it."""
