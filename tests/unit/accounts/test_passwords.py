"""Hashing passwords."""

from __future__ import annotations

import threading
import time

from workbench.accounts.passwords import AT_ONCE, ModestArgon2

SALT = "a salt of some length."


def test_the_hash_is_argon2id_with_the_chosen_parameters_and_verifies() -> None:
    hasher = ModestArgon2()
    encoded = hasher.encode("correct horse", SALT)

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("correct horse", encoded)
    assert not hasher.verify("Correct horse", encoded)


def test_more_verifications_than_slots_wait_for_their_turn_and_all_come_through() -> None:
    hasher = ModestArgon2()
    encoded = hasher.encode("correct horse", SALT)
    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda: results.append(hasher.verify("correct horse", encoded)))
        for _ in range(3 * AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [True] * (3 * AT_ONCE)


def test_hashing_waits_while_every_slot_is_taken() -> None:
    from workbench.accounts import passwords

    for _ in range(AT_ONCE):
        passwords._slots.acquire()
    done = threading.Event()
    thread = threading.Thread(target=lambda: (ModestArgon2().encode("x", SALT), done.set()))
    thread.start()
    time.sleep(0.2)
    waited = not done.is_set()
    for _ in range(AT_ONCE):
        passwords._slots.release()
    thread.join(30)
    assert waited
    assert done.is_set()
