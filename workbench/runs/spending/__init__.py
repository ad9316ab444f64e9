"""Money: what a run may cost at most, held back before it is sent and settled when it has ended."""
