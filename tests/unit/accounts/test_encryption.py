"""API keys at rest."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbench.accounts.encryption import KeyRing, Unreadable, connection_row
from workbench.launch.secrets import read_or_create

SECRET, NEXT_SECRET = "first secret of the tests: long enough", "second secret of the tests: longer"
KEY = "sk-ant-api03-é-example"
ROW = connection_row(team_id=1, connection_id=7)


def test_a_sealed_key_opens_for_its_own_row_only() -> None:
    ring = KeyRing.from_text(SECRET)
    sealed = ring.seal(KEY, ROW)

    assert ring.open(sealed, ROW) == KEY
    for other in (connection_row(1, 8), connection_row(2, 7), ""):
        with pytest.raises(Unreadable):
            ring.open(sealed, other)


def test_the_sealed_text_names_its_version_and_key_and_hides_the_rest() -> None:
    ring = KeyRing.from_text(SECRET)
    version, key_id, payload = ring.seal(KEY, ROW).split(":")

    assert (version, key_id) == ("v1", ring.current.id)
    assert KEY.encode() not in base64.b64decode(payload)
    assert len(base64.b64decode(payload)) == 12 + len(KEY.encode()) + 16  # nonce, text, tag


def test_sealing_the_same_key_twice_gives_different_texts() -> None:
    ring = KeyRing.from_text(SECRET)
    assert ring.seal(KEY, ROW) != ring.seal(KEY, ROW)


@pytest.mark.parametrize(
    "damaged",
    ["", "v1", "v1:", "v1:{id}", "v1:{id}:", "v1:{id}:!!", "v1:{id}:AAAA", "v2:{id}:{payload}"],
)
def test_a_damaged_text_is_unreadable_and_nothing_worse(damaged: str) -> None:
    ring = KeyRing.from_text(SECRET)
    payload = ring.seal(KEY, ROW).split(":")[2]
    with pytest.raises(Unreadable):
        ring.open(damaged.format(id=ring.current.id, payload=payload), ROW)


def test_every_flipped_bit_of_the_payload_is_noticed() -> None:
    ring = KeyRing.from_text(SECRET)
    version, key_id, payload = ring.seal("short", ROW).split(":")
    data = base64.b64decode(payload)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(Unreadable):
            ring.open(f"{version}:{key_id}:{base64.b64encode(changed).decode()}", ROW)


def test_another_installation_cannot_open_it() -> None:
    with pytest.raises(Unreadable):
        KeyRing.from_text(NEXT_SECRET).open(KeyRing.from_text(SECRET).seal(KEY, ROW), ROW)


def test_after_a_rotation_old_texts_open_and_are_sealed_anew_by_the_new_key() -> None:
    old, both = KeyRing.from_text(SECRET), KeyRing.from_text(f"{NEXT_SECRET}, {SECRET}")
    sealed = old.seal(KEY, ROW)
    assert both.open(sealed, ROW) == KEY
    assert not both.is_current(sealed)

    rotated = both.rotate(sealed, ROW)

    assert both.is_current(rotated)
    assert KeyRing.from_text(NEXT_SECRET).open(rotated, ROW) == KEY
    assert both.rotate(rotated, ROW) == rotated


@pytest.mark.parametrize("text", ["", " , ", "too short", f"{SECRET},short"])
def test_a_missing_or_short_secret_stops_the_start_by_name(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEY"):
        KeyRing.from_text(text)


def test_the_secret_that_the_launcher_makes_is_long_enough(tmp_path: Path) -> None:
    assert KeyRing.from_text(read_or_create(tmp_path / "encryption-key")).keys


def test_no_secret_is_in_the_representation_of_a_ring() -> None:
    ring = KeyRing.from_text(SECRET)
    assert SECRET not in repr(ring)
    assert repr(ring.current.bytes) not in repr(ring)
