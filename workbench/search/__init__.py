"""Search over everything a team has, and the palette that leads everywhere by a few letters."""
