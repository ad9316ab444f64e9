"""TypeScript and JavaScript that call an API, read by an own tolerant parser.

escapes.py      what literals mean
tokens.py       a text as tokens
cursor.py       going along the tokens
nodes.py        the tree of an expression
expressions.py  tokens as expressions, types skipped
comments.py     what the comment above a function says about its arguments
programs.py     what is assigned, and the calls
values.py       expressions as values
functions.py    calls whose result is known without running them
calls.py        calls of an API in a program
reader.py       read_javascript()
"""

from .reader import read_javascript

__all__ = ["read_javascript"]
