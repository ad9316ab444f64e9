"""Full-text search as this product does it; knows nothing of Django, prompts or runs.

One tokenizer makes the words of documents, of queries and of the passages that are shown, so that
the three always agree, whatever the script:

1. `folding.py`  what two spellings of a word have in common: case, accents and the like are gone.
2. `words.py`    a folded text as words.
3. `vectors.py`  a `Document` as the literal of a Postgres `tsvector`.
4. `queries.py`  what a person typed as a `Query`, and that as the literal of a `tsquery`.
5. `passages.py` the part of a text where a query matches, with the matches marked.

`bodies.py` finds what people read in a body of the Messages API.
"""

from workbench.full_text.bodies import texts_of
from workbench.full_text.passages import Piece, marked, passage
from workbench.full_text.queries import BadQuery, Query, parse
from workbench.full_text.vectors import Document

__all__ = ["BadQuery", "Document", "Piece", "Query", "marked", "parse", "passage", "texts_of"]
