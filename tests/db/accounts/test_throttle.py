"""Buckets of tries."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from workbench.accounts.models import TokenBucket
from workbench.accounts.throttle import Bucket, forget_full_buckets


def _age(key: str, **by: float) -> None:
    """Let time pass for a bucket."""
    rows = TokenBucket.objects.filter(key=key)
    assert rows.update(updated_at=F("updated_at") - timedelta(**by)) == 1


@pytest.mark.django_db
def test_a_bucket_gives_as_many_tries_as_it_holds_and_no_more() -> None:
    bucket = Bucket("test", 3)
    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_buckets_are_counted_apart() -> None:
    assert Bucket("one", 1).take()
    assert Bucket("two", 1).take()
    assert not Bucket("one", 1).take()


@pytest.mark.django_db
def test_tries_come_back_evenly_and_never_exceed_the_capacity() -> None:
    bucket = Bucket("test", 3, seconds=3600)
    for _ in range(3):
        bucket.take()
    assert 1190 < bucket.wait() <= 1200
    _age("test", seconds=1199)
    assert not bucket.take()
    _age("test", seconds=2)
    assert bucket.take()
    assert not bucket.take()
    _age("test", days=30)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_a_refused_try_does_not_lengthen_the_wait() -> None:
    bucket = Bucket("test", 1, seconds=100)
    bucket.take()
    _age("test", seconds=60)
    for _ in range(10):
        assert not bucket.take()
    assert bucket.wait() <= 40


@pytest.mark.django_db
def test_a_clock_that_jumps_back_a_day_locks_nobody_out() -> None:
    bucket = Bucket("test", 1)
    bucket.take()
    _age("test", days=-1)
    assert bucket.take()


@pytest.mark.django_db
def test_a_try_given_back_can_be_taken_again_but_none_is_invented() -> None:
    bucket = Bucket("test", 2)
    bucket.take()
    bucket.give_back()
    bucket.give_back()
    bucket.give_back()
    assert [bucket.take() for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_the_wait_is_a_second_at_least() -> None:
    assert Bucket("never used", 1).wait() == 1


@pytest.mark.django_db
def test_rows_of_buckets_that_are_full_again_are_forgotten() -> None:
    Bucket("old", 1).take()
    _age("old", days=1, seconds=1)
    Bucket("new", 1).take()
    forget_full_buckets()
    assert list(TokenBucket.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted() -> None:
    bucket, people = Bucket("test", 5), 8
    start = threading.Barrier(people)
    taken: list[bool] = []

    def try_twice() -> None:
        start.wait(10)
        try:
            taken.extend([bucket.take(), bucket.take()])
        finally:
            connection.close()

    threads = [threading.Thread(target=try_twice) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == [False] * (2 * people - 5) + [True] * 5
