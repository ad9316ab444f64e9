"""Making a found request one that the API takes today, each change with its reason.

A request that the catalogue has nothing against is never touched, apart from a field that has
moved since: what was exported here comes back as the identical request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench import catalogue
from workbench.messages_api import MessageRequest

from .former_fields import with_format_in_place
from .model_names import successor
from .reading import FoundPrompt, Kind, Remark

DEFAULT_MAX_TOKENS = 4096
"""The limit of an answer where the text says none; a new prompt of the product has the same."""
NOT_SAID = ""
"""The API version of a request whose text names none: `mend` chooses it."""

NEWEST, OLDER = catalogue.API_VERSIONS
_OFF = -1
"""What old clients sent for top_k and top_p that nobody had set."""

Body = dict[str, Any]
Change = tuple[Body, Remark]
Step = Callable[[Body], Iterator[Change]]


def mend(prompt: FoundPrompt) -> FoundPrompt:
    """Return the prompt with a request of a known API version that a current model takes.

    What cannot be mended stays as it is, for the person to see and to correct.
    """
    remarks: list[Remark] = []
    body = with_format_in_place(prompt.request.body, remarks)
    request = replace(prompt.request, body=body)
    is_said = request.api_version != NOT_SAID
    if not is_said:
        request = replace(request, api_version=catalogue.DEFAULT_API_VERSION)
    if not catalogue.problems(request):
        return replace(prompt, request=request, remarks=(*prompt.remarks, *remarks))
    for step in _STEPS:
        for changed, remark in step(body):
            body = changed
            remarks.append(remark)
    request = replace(request, body=body)
    version, said = _version(request, is_said=is_said)
    remarks += said
    request = replace(request, api_version=version)
    request, said = _fitted(request)
    return replace(prompt, request=request, remarks=(*prompt.remarks, *remarks, *said))


def _changed(sentence: str) -> Remark:
    return Remark(Kind.CHANGED, sentence)


def _limit_name(body: Body) -> Iterator[Change]:
    value = body.get("max_tokens_to_sample")
    if value is not None and "max_tokens" not in body:
        yield (
            _renamed(body, "max_tokens_to_sample", "max_tokens"),
            _changed("max_tokens_to_sample is called max_tokens now."),
        )


def _model(body: Body) -> Iterator[Change]:
    model = body.get("model")
    if not isinstance(model, str) or not model.strip():
        default = catalogue.DEFAULT_MODEL
        yield (
            {"model": default, **_without(body, "model")},
            _changed(f"The text names no model: {default} was chosen."),
        )
    elif found := successor(model):
        yield {**body, "model": found.model}, _changed(found.sentence)


def _max_tokens(body: Body) -> Iterator[Change]:
    if body.get("max_tokens") is None:
        yield (
            _behind(body, "model", {"max_tokens": DEFAULT_MAX_TOKENS}),
            _changed(
                f"The text says no max_tokens, which the API needs: {DEFAULT_MAX_TOKENS:,} was "
                "chosen."
            ),
        )


def _unset_sampling(body: Body) -> Iterator[Change]:
    for name in ("top_k", "top_p"):
        if body.get(name) == _OFF and not isinstance(body.get(name), bool):
            body = _without(body, name)
            yield body, _changed(f"{name} was -1, the old way to say “not set”: it was left out.")


_STEPS: tuple[Step, ...] = (_limit_name, _model, _max_tokens, _unset_sampling)


def _version(request: MessageRequest, *, is_said: bool) -> tuple[str, list[Remark]]:
    """The API version that loses least, and what is to be said about it."""
    said = request.api_version
    if is_said and said in catalogue.API_VERSIONS:
        return said, []
    found = _fitting_version(request)
    if is_said:
        sentence = f"The API version {said[:40]} is not known here: {found} was taken."
        return found, [_changed(sentence)]
    if found == NEWEST:
        return found, []
    kept = ", ".join(name for name in catalogue.SAMPLING_FIELDS if name in request.body)
    why = f"{kept} would be refused" if kept else "parts of it would be refused"
    return found, [
        _changed(f"The text names no API version: {found} was taken, since by {NEWEST} {why}.")
    ]


def _fitting_version(request: MessageRequest) -> str:
    body = request.body
    model = body.get("model")
    name = model if isinstance(model, str) else ""
    if any(field in body for field in catalogue.SAMPLING_FIELDS):
        return OLDER if catalogue.sampling_fields(name, OLDER) else NEWEST
    refused = [len(catalogue.problems(replace(request, api_version=v))) for v in (NEWEST, OLDER)]
    return OLDER if refused[1] < refused[0] else NEWEST


def _fitted(request: MessageRequest) -> tuple[MessageRequest, list[Remark]]:
    """The request with everything replaced that its model or API version refuses."""
    body = dict(request.body)
    model = body.get("model")
    name = model if isinstance(model, str) else ""
    switch = catalogue.changes(
        body,
        from_model=name,
        to_model=name,
        from_version=request.api_version,
        to_version=request.api_version,
        betas=request.betas,
    )
    remarks = [_changed(f"{each.sentence} {each.replacement}") for each in switch.misfits]
    if not remarks:
        return request, []
    fitted = switch.applied(body, [each.id for each in switch.misfits])
    return replace(request, body=fitted), remarks


def _without(body: Body, name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}


def _renamed(body: Body, old: str, new: str) -> Body:
    return {new if key == old else key: value for key, value in body.items()}


def _behind(body: Body, name: str, added: Mapping[str, Any]) -> Body:
    """`body` with keys right behind one of its own, where a person looks for them."""
    left = {key: value for key, value in body.items() if key not in added}
    found: Body = {}
    for key, value in left.items():
        found[key] = value
        if key == name:
            found.update(added)
    return found if name in left else {**added, **left}
