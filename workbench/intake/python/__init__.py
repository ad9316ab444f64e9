"""Python that calls an API, read by its syntax tree and never executed.

lines.py      logical lines of a program that Python refuses: quotes, brackets, indents mended
mending.py    a text as a syntax tree, with a remark on each mending
scopes.py     what is assigned where
values.py     expressions as values
strings.py    methods and formats of texts
functions.py  calls of functions whose result is known
classes.py    pydantic classes as JSON schemas
calls.py      calls of an API in a program
reader.py     read_python()
"""

from .reader import read_python

__all__ = ["read_python"]
