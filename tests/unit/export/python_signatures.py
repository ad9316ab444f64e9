"""Reads the typed arguments of an SDK, in the form of ``workbench/export/python/signature_*.json``.

For a new minor version, with that SDK in a folder:
``PYTHONPATH=<folder> python -m tests.unit.export.python_signatures > …/signature_<major>.json``
"""

import collections.abc
import inspect
import json
import types
import typing

import typing_extensions

ARE_HEADERS = ("user_profile_id", "workspace_id")
_LISTS = (list, collections.abc.Iterable, collections.abc.Sequence)
_UNIONS = (typing.Union, types.UnionType)


class Reader:
    """Shapes of annotations; ``types`` are the typed dicts that were met."""

    def __init__(self):
        self.types = {}

    def shape(self, annotation):
        kind = typing_extensions.get_origin(annotation)
        inner = typing_extensions.get_args(annotation)
        if annotation in (typing.Any, object):
            return "any"
        if annotation is type(None):
            return "null"
        if annotation in (str, int, float, bool):
            return annotation.__name__
        if kind in _UNIONS:
            return self._union([self.shape(one) for one in inner])
        if kind in (typing_extensions.Required, typing_extensions.NotRequired, typing.Annotated):
            return self.shape(inner[0])
        if kind in (typing.Literal, typing_extensions.Literal):
            return {"is": list(inner)}
        if kind in _LISTS or getattr(kind, "__name__", "") == "SequenceNotStr":
            return {"each": self.shape(inner[0])}
        if kind in (dict, collections.abc.Mapping):
            return {"values": self.shape(inner[1])}
        return self._object(annotation) if typing_extensions.is_typeddict(annotation) else None

    def _union(self, shapes):
        found = []
        for shape in shapes:
            found += shape if isinstance(shape, list) else [shape]
        found = [one for n, one in enumerate(found) if one is not None and one not in found[:n]]
        if "str" in found:
            found = [one for one in found if not _is_texts(one)]
        return found[0] if len(found) == 1 else found

    def _object(self, annotation):
        name = annotation.__name__
        if name not in self.types:
            self.types[name] = {}
            hints = typing_extensions.get_type_hints(annotation, include_extras=True)
            for key, hint in hints.items():
                mark = "" if _is_required(hint, annotation) else "?"
                self.types[name][f"{key}{mark}"] = self.shape(hint)
        return f"#{name}"


def _is_texts(shape):
    return isinstance(shape, dict) and all(isinstance(one, str) for one in shape.get("is", [0]))


def _is_required(hint, annotation):
    kind = typing_extensions.get_origin(hint)
    if kind is typing.Annotated:
        kind = typing_extensions.get_origin(typing_extensions.get_args(hint)[0])
    if kind in (typing_extensions.Required, typing_extensions.NotRequired):
        return kind is typing_extensions.Required
    return annotation.__total__


def read():
    """The arguments that ``create`` and ``stream`` of the installed SDK have, and their types."""
    from anthropic.resources.messages import Messages
    from anthropic.types import message_create_params

    reader = Reader()
    hints = typing_extensions.get_type_hints(message_create_params.MessageCreateParamsBase)
    names = set(hints) - set(ARE_HEADERS)
    for method in (Messages.create, Messages.stream):
        names &= set(inspect.signature(method).parameters)
    arguments = {name: reader.shape(hints[name]) for name in sorted(names)}
    return {"arguments": arguments, "types": dict(sorted(reader.types.items()))}


def written(found):
    """The text of the file: a line for each name."""
    parts = [
        f"{json.dumps(part)}: {{\n"
        + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in names.items())
        + "\n}"
        for part, names in found.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}"


if __name__ == "__main__":
    print(written(read()))
