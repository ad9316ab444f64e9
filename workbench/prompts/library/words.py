"""The first rows of a list that have words in what the list shows of them, without a long search.

What is quick depends on how many rows have the words, which Postgres can only guess. So the first
rows of the list are looked through in their order: a frequent word is in enough of them. A word
that is not has few rows, and the index knows which.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from workbench.full_text import BadQuery, parse

LOOKED_THROUGH = 500

_HAS_WORDS = """
    SELECT search @@ %s::tsquery FROM prompts_prompttext WHERE prompt_id = prompts_prompt.id
"""
# As an array the keys are found first, whatever Postgres expects of the order.
_FROM_INDEX = """
    SELECT unnest(ARRAY(SELECT prompt_id FROM prompts_prompttext WHERE search @@ %s::tsquery))
"""
# To read every text looks cheap to Postgres, since it forgets that long ones lie elsewhere.
_BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"


def first_with_words(rows: QuerySet[Any], team_id: int, words: str, most: int) -> list[Any]:
    """The first ``most`` of the ordered ``rows`` of a team that have all ``words``.

    The words are those of a search. All rows have no words; none has what cannot be looked for.
    """
    if not words:
        return list(rows[:most])
    try:
        query = parse(words).about(team_id)
    except BadQuery:
        return []
    first = rows.annotate(has_words=RawSQL(_HAS_WORDS, [query])).values_list("pk", "has_words")
    looked_through = list(first[:LOOKED_THROUGH])
    found = [pk for pk, has_words in looked_through if has_words]
    if len(found) >= most or len(looked_through) < LOOKED_THROUGH:
        return list(rows.filter(pk__in=found[:most]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BY_INDEX)
        return list(rows.filter(pk__in=RawSQL(_FROM_INDEX, [query]))[:most])
