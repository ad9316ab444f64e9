"""TypeScript and JavaScript that call an API, read by an own tolerant parser.

escapes.py      what literals mean
tokens.py       a text as tokens
nodes.py        the tree of an expression
expressions.py  tokens as expressions, types skipped
programs.py     what is assigned, and the calls
values.py       expressions as values
calls.py        calls of an API in a program
reader.py       read_javascript()
"""

from .reader import read_javascript

__all__ = ["read_javascript"]
