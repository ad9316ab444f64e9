"""Tokens with which programs read the library of a team."""
