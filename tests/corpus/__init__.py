"""Requests that cover the Messages API as Workbench sends it: what exported code must repeat.

CORPUS              more than 200 requests by their names
OPEN_SOURCES        requests with variables left open, by their names
random_requests     a strategy of requests made from the same pieces

texts.py            what people paste into a prompt
pieces.py           the blocks and turns that the rest is made of
blocks.py           one request for every kind of block
tools.py            tools, their choice, their calls and results
parameters.py       models, versions, betas and every parameter
wild.py             unknown fields, numbers, names, orders, sizes
arguments.py        variables left open
random_requests.py  the strategy
"""

from .arguments import OPEN_SOURCES
from .every import CORPUS
from .random_requests import random_requests

__all__ = ["CORPUS", "OPEN_SOURCES", "random_requests"]
