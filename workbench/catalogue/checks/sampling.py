"""temperature, top_p and top_k: by API version first, then by model.

Sources: migration-2026-10-21 and versioning (read 2026-11-12), haiku-5-5/migration-guide (read
2026-10-10), the types of the TypeScript SDK 0.137.
"""

from workbench.catalogue.checks.subject import Problem, Problems, Subject, is_number, is_whole
from workbench.catalogue.model import API_VERSIONS, SAMPLING_FIELDS


def sampling(subject: Subject) -> Problems:
    """The three sampling parameters, by API version, model and range."""
    if subject.api_version == API_VERSIONS[0]:
        # Even the default values, and even null, are refused: the keys themselves are unknown.
        for name in SAMPLING_FIELDS:
            if name in subject.body:
                yield Problem(
                    name,
                    f"API version {subject.api_version} does not take {name}; remove it, or "
                    f"choose API version {API_VERSIONS[1]} with a model older than Claude 4.7.",
                )
        return
    wrong = list(_wrong_types(subject))
    yield from wrong
    if wrong:
        return
    if subject.rules.sampling is False:
        yield from _fixed_values(subject)
    elif subject.known_model:
        yield from _ranges(subject)


def fixed_value(subject: Subject, parameter: str) -> str:
    """Return what a model without free sampling refuses of a parameter, without a full stop."""
    name = subject.model.display_name
    if parameter == "temperature":
        return f"{name} takes no temperature other than 1"
    if parameter == "top_k":
        return f"{name} does not take top_k"
    if subject.rules.exact_top_p:
        return f"{name} takes no top_p other than 0.99"
    return f"{name} takes no top_p below 0.99 or above 1"


def _wrong_types(subject: Subject) -> Problems:
    for name in ("temperature", "top_p"):
        value = subject.body.get(name)
        if value is not None and not is_number(value):
            yield Problem(name, f"{name} must be a number between 0 and 1.")
    top_k = subject.body.get("top_k")
    if top_k is not None and not is_whole(top_k):
        yield Problem("top_k", "top_k must be a whole number.")


def _ranges(subject: Subject) -> Problems:
    for name in ("temperature", "top_p"):
        value = subject.body.get(name)
        if value is not None and not 0 <= value <= 1:
            yield Problem(name, f"{name} must be between 0 and 1.")
    top_k = subject.body.get("top_k")
    if top_k is not None and top_k < 0:
        yield Problem("top_k", "top_k must not be negative.")


def _fixed_values(subject: Subject) -> Problems:
    temperature, top_p, top_k = (subject.body.get(field) for field in SAMPLING_FIELDS)
    is_exact = subject.rules.exact_top_p
    is_top_p_refused = top_p is not None and (top_p != 0.99 if is_exact else not 0.99 <= top_p <= 1)
    refused = {
        "temperature": temperature is not None and temperature != 1,
        "top_k": top_k is not None,
        "top_p": is_top_p_refused,
    }
    for name in (name for name, is_refused in refused.items() if is_refused):
        yield Problem(name, f"{fixed_value(subject, name)}; remove it.")
    if is_exact and top_p == 0.99 and temperature is not None:
        name = subject.model.display_name
        yield Problem("top_p", f"{name} does not take temperature and top_p together.")
