"""How often a token may read."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from workbench.api.allowance import Allowance


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_taken_at_once_and_comes_back_evenly() -> None:
    clock = Clock()
    allowance = Allowance(burst=4, per_second=2, clock=clock)
    assert [allowance.take(1) for _ in range(4)] == [0, 0, 0, 0]
    assert allowance.take(1) == 0.5
    clock.now = 0.5
    assert allowance.take(1) == 0
    assert allowance.take(1) == 0.5
    clock.now = 100
    assert [allowance.take(1) for _ in range(4)] == [0, 0, 0, 0]
    assert allowance.take(1) > 0


def test_keys_are_counted_apart() -> None:
    allowance = Allowance(burst=1, per_second=1, clock=Clock())
    assert allowance.take(1) == 0
    assert allowance.take(1) == 1
    assert allowance.take(2) == 0


@given(st.lists(st.floats(0, 3), max_size=60))
@example([0.0] * 5 + [0.25])
def test_in_no_time_is_more_taken_than_the_burst_and_what_came_back(steps: list[float]) -> None:
    clock = Clock()
    allowance = Allowance(burst=5, per_second=3, clock=clock)
    taken = []
    for step in steps:
        clock.now += step
        if allowance.take(1) == 0:
            taken.append(clock.now)
    for first, since in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= 5 + 3 * (taken[last] - since) + 1e-6


@given(st.integers(1, 20), st.integers(1, 20))
def test_who_waits_as_long_as_told_is_let_in(burst: int, per_second: int) -> None:
    clock = Clock()
    allowance = Allowance(burst, per_second, clock)
    while not (wait := allowance.take(1)):
        pass
    clock.now += wait
    assert allowance.take(1) == 0
