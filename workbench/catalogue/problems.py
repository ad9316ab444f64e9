"""Everything the Messages API would refuse in a request, as far as its documentation tells.

The checks themselves are in `checks`, one file per part of a request; `checks/__init__.py` says
what they have in common.
"""

from collections.abc import Callable, Mapping

from workbench.catalogue.checks import (
    blocks,
    caching,
    fields,
    pairing,
    sampling,
    schema,
    thinking,
    tools,
    turns,
)
from workbench.catalogue.checks.subject import Problem, Problems, Request, Subject
from workbench.catalogue.lookup import Catalogue, current

# In the order in which a person meets the fields on the screen.
_CHECKS: tuple[Callable[[Subject], Problems], ...] = (
    fields.api_version,
    fields.model,
    fields.max_tokens,
    sampling.sampling,
    thinking.thinking,
    thinking.effort,
    schema.output_format,
    turns.system_prompt,
    turns.messages,
    turns.system_turns,
    turns.prefill,
    blocks.content_blocks,
    blocks.image_count,
    blocks.media_support,
    blocks.refused_since_2026_10_21,
    pairing.tool_pairs,
    tools.tools,
    tools.tool_choice,
    caching.cache_control,
    fields.stop_sequences,
    fields.closed_values,
    fields.model_dependent_values,
    fields.metadata,
    fields.container,
    fields.diagnostics,
    fields.beta_names,
    fields.beta_fields,
    fields.size,
)


def problems(request: Request, catalogue: Catalogue | None = None) -> list[Problem]:
    """Return a (path, sentence) pair for everything the API would refuse; empty if nothing.

    Never raises for JSON of an unexpected shape: wrong types are problems themselves.
    """
    body: object = request.body
    if not isinstance(body, Mapping):
        return [Problem("", "The body of a request must be a JSON object.")]
    subject = Subject.of(request, catalogue or current())
    found = (problem for check in _CHECKS for problem in check(subject))
    return list(dict.fromkeys(found))
