"""How much of a program is read, whatever it would do if it ran."""

DEEPEST = 120
"""Expressions inside expressions."""
MOST_STEPS = 500_000
"""Expressions of one program, those of a call that reads them again included."""
MOST_VALUES = 200_000
"""Values of one request: a few lines can name a list of lists of lists without end."""
LONGEST_TEXT = 40_000_000
LONGEST_LIST = 200_000
TOO_MUCH = "This is too large to be read here."
