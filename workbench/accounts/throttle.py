"""Throttles: a bucket of tries per thing, kept in Postgres, refilled evenly by its clock.

A try is taken before the check and given back after a success, so that only failures count and
parallel guesses cannot overtake the count.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR = 3600

# With no row left, the bucket is full. The WHERE leaves an empty bucket as it is: no row returns.
# A clock that jumped backwards counts as elapsed time, else it would lock people out.
_TAKE = """
    INSERT INTO accounts_tokenbucket AS bucket (key, tokens, updated_at)
    VALUES (%(key)s, %(capacity)s - 1, statement_timestamp())
    ON CONFLICT (key) DO UPDATE
    SET tokens = {refilled} - 1, updated_at = statement_timestamp()
    WHERE {refilled} >= 1
    RETURNING tokens
"""
_GIVE_BACK = """
    UPDATE accounts_tokenbucket AS bucket
    SET tokens = LEAST(%(capacity)s, {refilled} + 1), updated_at = statement_timestamp()
    WHERE key = %(key)s
"""
_WAIT = "SELECT (1 - {refilled}) / %(rate)s FROM accounts_tokenbucket AS bucket WHERE key = %(key)s"
_REFILLED = """LEAST(%(capacity)s, bucket.tokens + %(rate)s
    * abs(extract(epoch FROM statement_timestamp() - bucket.updated_at)::float8))"""


@dataclass(frozen=True)
class Bucket:
    """``capacity`` tries for one thing, all of them back after ``seconds``."""

    key: str
    capacity: float
    seconds: float = HOUR

    def take(self) -> bool:
        """Take one try, in one atomic statement; False when none is left."""
        return self._one(_TAKE) is not None

    def give_back(self) -> None:
        """Undo one ``take``."""
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK.format(refilled=_REFILLED), self._values)

    def wait(self) -> int:
        """Whole seconds until there is a try again, at least 1."""
        return max(1, math.ceil(self._one(_WAIT) or 0))

    def _one(self, statement: str) -> float | None:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(refilled=_REFILLED), self._values)
            row = cursor.fetchone()
        return None if row is None else float(row[0])

    @property
    def _values(self) -> dict[str, str | float]:
        rate = self.capacity / self.seconds
        return {"key": self.key, "capacity": self.capacity, "rate": rate}


def sign_in_buckets(email: str, network: str) -> tuple[Bucket, ...]:
    """10 failures an hour for an account from one place, 30 for the place."""
    return (
        Bucket(f"sign-in:{_hashed(email)}:{network}", 10),
        Bucket(f"sign-in:{network}", 30),
    )


def code_bucket(network: str) -> Bucket:
    """20 wrong welcome codes or reset links an hour from one place."""
    return Bucket(f"code:{network}", 20)


def password_bucket(user_id: int) -> Bucket:
    """10 wrong current passwords an hour for a signed-in person."""
    return Bucket(f"password:{user_id}", 10)


def second_factor_bucket(user_id: int) -> Bucket:
    """10 wrong codes an hour for a person: only who knows the password comes this far."""
    return Bucket(f"second-factor:{user_id}", 10)


def single_sign_on_bucket(network: str) -> Bucket:
    """60 ways to the identity provider an hour from one place that let nobody in."""
    return Bucket(f"single-sign-on:{network}", 60)


def forgotten_bucket(network: str) -> Bucket:
    """20 requests an hour from one place for a mail about a forgotten password."""
    return Bucket(f"forgotten:{network}", 20)


def reset_mail_bucket(email: str) -> Bucket:
    """3 mails an hour to one address about a forgotten password."""
    return Bucket(f"forgotten-for:{_hashed(email)}", 3)


def first_empty(buckets: tuple[Bucket, ...]) -> Bucket | None:
    """Take a try from each bucket; the first one that has none left, else None."""
    return next((bucket for bucket in buckets if not bucket.take()), None)


def too_many(request: HttpRequest, bucket: Bucket) -> HttpResponse:
    """The answer when ``bucket`` is empty: 429, when to come back, one sentence."""
    seconds = bucket.wait()
    minutes = math.ceil(seconds / 60)
    response = render(request, "accounts/too_many.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def forget_full_buckets() -> None:
    """Delete the rows that say nothing any more: no bucket takes longer than a day to refill."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM accounts_tokenbucket"
            " WHERE updated_at < statement_timestamp() - interval '1 day'"
        )


def _hashed(email: str) -> str:
    """An address as a part of a key: the one that was typed may be anybody's, and may be long."""
    return hashlib.sha256(email.lower().encode()).hexdigest()[:32]
