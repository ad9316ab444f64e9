"""What a name stands for: the value that is assigned to it, and what is done to it after that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from workbench.intake.reading import Remark

from .holes import grown
from .limits import MOST_STEPS
from .settling import MOST_REMARKS
from .texts import Stepped
from .values import ENDLESS, Hole, Unknown, variable_name


class Change(Protocol):
    """An assignment, or what is done to the value that is there."""

    @property
    def line(self) -> int: ...

    @property
    def is_repeated(self) -> bool: ...


OneChange = TypeVar("OneChange", bound=Change)


@dataclass(frozen=True)
class _Done:
    """What came of so many changes of a value, of which `last` was the last."""

    count: int
    last: Any
    value: Any
    skipped: int | None = None
    """The line of the first one that only a run would make."""


@dataclass
class Changes(Generic[OneChange]):
    """Makes out what names stand for, each once; what there is to say goes to `remarks`."""

    program: Stepped
    remarks: list[Remark]
    _known: dict[tuple[int, ...], Any] = field(default_factory=dict)
    _open: set[tuple[int, ...]] = field(default_factory=set)
    _so_far: dict[int, _Done] = field(default_factory=dict)

    def is_open(self, chosen: Sequence[OneChange]) -> bool:
        """Return whether just this is being made out: a name stands in its own assignment."""
        return tuple(map(id, chosen)) in self._open

    def value(self, name: str, chosen: Sequence[OneChange], made_out: Callable[[], Any]) -> Any:
        """Return what `chosen` come to, made out the first time, with its remarks each time."""
        self.program.steps += len(chosen)
        key = tuple(map(id, chosen))
        if key not in self._known:
            self._open.add(key)
            begin = len(self.remarks)
            value = made_out()
            self._open.discard(key)
            self._known[key] = value, self.remarks[begin:]
        value, remarks = self._known[key]
        for remark in remarks[:MOST_REMARKS]:
            self.say(remark)
        if isinstance(value, Unknown) and not value.sentence and not value.is_media:
            return Hole(variable_name(name), line=value.line, source=value.source)
        return value

    def after(
        self,
        name: str,
        value: Any,
        first: OneChange,
        changes: Sequence[OneChange],
        change: Callable[[Any, OneChange], Any],
    ) -> Any:
        """Return `value` after the `changes`; those of a loop that only a run would make are said.

        `first` is where the value comes from: with it in the same loop, the changes count once.
        Asked again with more changes behind the same ones, it goes on from there: a program of n
        changes would take n² steps otherwise.
        """
        done = self._begun(first, changes) or _Done(0, None, value)
        value, skipped = done.value, done.skipped
        for each in changes[done.count :]:
            if self.program.steps > MOST_STEPS:
                return ENDLESS
            if each.is_repeated and not first.is_repeated and value != []:
                skipped = skipped or each.line
                continue
            value = change(value, each)
        if changes:
            self._so_far[id(first)] = _Done(len(changes), changes[-1], value, skipped)
        if skipped:
            self.say(grown(name, skipped, first.line))
        return value

    def _begun(self, first: OneChange, changes: Sequence[OneChange]) -> _Done | None:
        """What the first of these changes came to; None if that is not known.

        Where the name stands further up there are fewer, and they are made anew.
        """
        done = self._so_far.get(id(first))
        if done and done.count <= len(changes) and changes[done.count - 1] is done.last:
            return done
        return None

    def say(self, remark: Remark) -> None:
        """Add to `remarks`, once each and so many: a program can have a change on every line."""
        if len(self.remarks) < MOST_REMARKS and remark not in self.remarks:
            self.remarks.append(remark)
