"""Runs: one request sent, everything that came back, and how it reaches the screen."""
