"""One thing in a request that does not fit a model or API version, and its replacement."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.catalogue.checks.subject import Problem, Subject

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part of a request that is refused."""

    id: str
    """Names the misfit in a form; the same for the same request and choice."""
    path: str
    """Where it is in the request, as in `Problem.path`; of several such parts the first."""
    sentence: str
    replacement: str
    """A sentence that says what happens when the replacement is accepted."""
    apply: Callable[[Body], dict[str, Any]]
    """Returns a request with the replacement made; where there is nothing to do, unchanged."""


Misfits = Iterator[Misfit]
Step = Callable[[Subject], Misfits]


def without_advice(problem: Problem) -> str:
    """Return the sentence of a problem without what it advises to do, which is offered instead."""
    return problem.sentence.partition("; ")[0].rstrip(".") + "."


def without(body: Body, *path: str) -> dict[str, Any]:
    """Return `body` without the key at `path`, and without the object that this leaves empty."""
    name, *rest = path
    inner = body.get(name)
    if rest and isinstance(inner, Mapping):
        left = without(inner, *rest)
        if left or not inner:
            return {**body, name: left}
    elif rest:
        return dict(body)
    return {key: value for key, value in body.items() if key != name}


def removed(problem: Problem, misfit_id: str, label: str, *path: str) -> Misfit:
    """Return the misfit whose replacement is to take the key at `path` out of the request."""
    return Misfit(
        misfit_id,
        problem.path,
        without_advice(problem),
        f"{label} is removed.",
        lambda body: without(body, *path),
    )


def counted(count: int, one: str, many: str) -> str:
    """Return "1 document" or "3 documents"."""
    return f"1 {one}" if count == 1 else f"{count} {many}"
