"""Measures the whole product from outside, beside a direct client in the same run.

``python -m bench`` prints a table; README.md here says how each figure is taken. Nothing in it is
a test: it never fails a build, and it refuses to report when the machine is too busy to measure.
"""
