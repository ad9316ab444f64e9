"""What a request holds that a model or API version refuses, and what could stand there instead.

misfit.py has the shape of one, parameters.py and conversation.py the steps that find them. Each
step looks at the request as it is with all replacements before it, so that accepting all of them
leaves nothing to be refused that depends on the model or the version.
"""

from collections.abc import Iterator
from dataclasses import replace

from workbench.catalogue.checks.subject import Subject
from workbench.catalogue.replacements import conversation, parameters
from workbench.catalogue.replacements.misfit import Misfit, Step

__all__ = ["Misfit", "misfits"]

# What a step changes, a later one may have to look at: the budget follows max_tokens, the effort
# the thinking, and how the conversation ends all that moves turns.
_STEPS: tuple[Step, ...] = (
    parameters.max_tokens,
    parameters.sampling,
    parameters.thinking,
    parameters.budget,
    parameters.effort,
    parameters.output_format,
    parameters.tool_choice,
    parameters.region_and_speed,
    conversation.system_turns,
    conversation.assistant_documents,
    conversation.user_citations,
    conversation.images,
    conversation.image_count,
    conversation.pdf_files,
    conversation.prefill,
)


def misfits(subject: Subject) -> Iterator[Misfit]:
    """Yield what the model and API version of `subject` refuse in it, each kind once."""
    for step in _STEPS:
        for misfit in step(subject):
            yield misfit
            subject = replace(subject, body=misfit.apply(subject.body))
