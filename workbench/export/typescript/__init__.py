"""A request as a program with the TypeScript SDK.

layout.py     a document of groups and lines, laid out as prettier does it
literals.py   texts, keys and numbers
sdk_types.py  what the SDK's types allow in a request
shapes.py     whether a value is among it
values.py     JSON values as expressions
names.py      names of arguments
comments.py   what the comment above a function says about its arguments
schemas.py    whether the SDK's helper for structured output takes a schema
program.py    the statements around the request
target.py     the choices, the files beside the program and the notes
"""

from workbench.export.typescript.target import TYPESCRIPT_0, TYPESCRIPT_1

__all__ = ["TYPESCRIPT_0", "TYPESCRIPT_1"]
