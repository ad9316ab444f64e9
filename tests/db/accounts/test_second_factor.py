"""The second factor: switched on and off, asked for at every sign-in, each code good once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from html import unescape
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from workbench.accounts.models import AuditEvent, Session, User
from workbench.accounts.resets import reset_path
from workbench.accounts.second_factor import codes
from workbench.accounts.sessions import entering

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
URL = "/account/two-factor/"
CODE_URL = "/sign-in/code/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW_PASSWORD = "another horse battery staple"


def now_step() -> int:
    return int(time.time()) // 30


def code_at(step: int, secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, step))


def switch_on(user: User) -> list[str]:
    """The recovery codes of a second factor that was switched on a while ago."""
    made = codes.switch_on(user, SECRET, code_at(now_step()))
    assert made is not None
    row = Authenticator.objects.get(user=user, type="totp")
    row.data[codes.LAST_STEP] = 0
    row.save()
    return made


def sign_in(client: Client, user: User, password: str, page: str = ""):
    fields = {"email": user.email, "password": password, "next": page}
    return client.post("/sign-in/", fields)


def send(client: Client, code: str):
    return client.post(CODE_URL, {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


# Switching on and off ----------------------------------------------------------------------------


def secret_on(page: str) -> str:
    found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def recovery_codes_on(page: str) -> list[str]:
    found = re.search(r'<pre class="raw" id="new-codes"[^>]*>([\d\n]+)</pre>', page)
    return found[1].split() if found else []


def test_a_person_switches_it_on_with_the_password_and_a_code(
    client_of: ClientOf, alice: User, password: str
) -> None:
    browser = client_of(alice)
    assert "Set it up" in browser.get(URL).text
    assert browser.post(f"{URL}secret/").status_code == 302
    secret = secret_on(browser.get(URL).text)
    key = browser.session.session_key
    fields = {"current_password": password, "code": code_at(now_step(), secret)}
    assert browser.post(f"{URL}activation/", fields)["Location"] == URL
    assert codes.is_on(alice)
    assert browser.session.session_key != key
    first, second = browser.get(URL).text, browser.get(URL).text
    assert len(set(recovery_codes_on(first))) == 10
    assert recovery_codes_on(second) == []
    assert "Recovery codes left" in second
    assert AuditEvent.objects.get(action="second-factor.on").actor == alice


def test_the_picture_is_the_secret_and_needs_no_style(client_of: ClientOf, alice: User) -> None:
    from workbench.accounts.second_factor.qr import address_of, picture_of

    browser = client_of(alice)
    browser.post(f"{URL}secret/")
    answer = browser.get(URL)
    address = address_of(alice.email, secret_on(answer.text), "127.0.0.1:8000")
    assert address.startswith("otpauth://totp/Workbench%20%28127.0.0.1%3A8000%29%3Aalice@example")
    assert picture_of(address).path in answer.text
    assert "style=" not in answer.text
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "000000"}, "This code is not right"),
        ({"code": ""}, "Type the code."),
        ({"code": "１２３４５６"}, "This code is not right"),
        ({"current_password": "wrong"}, "This is not your current password."),
        ({"current_password": ""}, "This field is required."),
    ],
)
def test_nothing_is_on_without_a_right_code_and_the_password(
    client_of: ClientOf, alice: User, password: str, wrong: dict[str, str], sentence: str
) -> None:
    browser = client_of(alice)
    browser.post(f"{URL}secret/")
    secret = secret_on(browser.get(URL).text)
    fields = {"current_password": password, "code": code_at(now_step(), secret)} | wrong
    answer = browser.post(f"{URL}activation/", fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert secret_on(answer.text) == secret
    assert password not in answer.text
    assert not codes.is_on(alice)


def test_another_persons_secret_confirms_nothing(client_of: ClientOf, alice: User, erin: User):
    """Of a browser in which two sign in one after the other."""
    browser = client_of(alice)
    browser.post(f"{URL}secret/")
    theirs = browser.session["new_second_factor"]
    other = client_of(erin)
    session = other.session
    session["new_second_factor"] = theirs
    session.save()
    assert "Set it up" in other.get(URL).text
    other.post(f"{URL}activation/", {"code": "123456"})
    assert not codes.is_on(erin)


def test_secrets_are_only_ciphertext_in_the_database(
    client_of: ClientOf, alice: User, password: str
) -> None:
    browser = client_of(alice)
    browser.post(f"{URL}secret/")
    secret = secret_on(browser.get(URL).text)
    assert secret not in json.dumps(dict(browser.session.items()))
    fields = {"current_password": password, "code": code_at(now_step(), secret)}
    browser.post(f"{URL}activation/", fields)
    shown = recovery_codes_on(browser.get(URL).text)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert '"secret": "v1:' in stored
    assert '"seed": "v1:' in stored
    sessions = "".join(json.dumps(row.get_decoded()) for row in Session.objects.all())
    events = json.dumps(list(AuditEvent.objects.values("target", "detail")))
    for text in (stored, sessions, events):
        assert not [code for code in (secret, *shown) if code in text]


def test_it_is_switched_off_with_the_password_alone(
    client_of: ClientOf, alice: User, password: str
) -> None:
    switch_on(alice)
    browser = client_of(alice)
    answer = browser.post(f"{URL}removal/", {"current_password": "wrong"})
    assert answer.status_code == 422
    assert codes.is_on(alice)
    browser.post(f"{URL}removal/", {"current_password": password})
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.get(action="second-factor.off").actor == alice


def test_who_has_no_password_switches_off_with_a_code(client_of: ClientOf, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    switch_on(alice)
    browser = client_of(alice)
    assert browser.post(f"{URL}removal/", {"code": "000000"}).status_code == 422
    assert codes.is_on(alice)
    browser.post(f"{URL}removal/", {"code": code_at(now_step())})
    assert not codes.is_on(alice)


def test_new_recovery_codes_end_the_old_ones(
    client_of: ClientOf, alice: User, password: str
) -> None:
    old = switch_on(alice)
    browser = client_of(alice)
    assert browser.post(f"{URL}recovery-codes/", {"current_password": "no"}).status_code == 422
    browser.post(f"{URL}recovery-codes/", {"current_password": password})
    assert AuditEvent.objects.get(action="second-factor.recovery-codes").actor == alice
    new = recovery_codes_on(browser.get(URL).text)
    assert len(new) == 10
    assert codes.use_up(alice, old[0]) is None
    assert codes.use_up(alice, new[0]) == codes.RECOVERY


def test_passwords_on_the_page_are_throttled(client_of: ClientOf, alice: User) -> None:
    switch_on(alice)
    browser = client_of(alice)
    tries = [browser.post(f"{URL}removal/", {"current_password": "no"}) for _ in range(11)]
    assert [answer.status_code for answer in tries] == [422] * 10 + [429]


def test_posts_that_come_at_the_wrong_time_lead_to_the_page(
    client_of: ClientOf, alice: User, password: str
) -> None:
    browser = client_of(alice)
    fields = {"current_password": password, "code": "123456"}
    for action in ("activation", "recovery-codes", "removal"):
        assert browser.post(f"{URL}{action}/", fields)["Location"] == URL
    switch_on(alice)
    before = Authenticator.objects.get(type="totp").data
    browser.post(f"{URL}secret/")
    assert browser.post(f"{URL}activation/", fields)["Location"] == URL
    assert Authenticator.objects.get(type="totp").data == before


# Signing in --------------------------------------------------------------------------------------


def test_the_password_alone_lets_nobody_in(client: Client, alice: User, password: str) -> None:
    switch_on(alice)
    answer = sign_in(client, alice, password, "/account/sessions/")
    assert answer["Location"] == CODE_URL
    assert not is_in(client)
    assert not AuditEvent.objects.filter(action="sign-in").exists()
    key = client.session.session_key
    assert send(client, code_at(now_step()))["Location"] == "/account/sessions/"
    assert is_in(client)
    assert client.session.session_key != key
    assert entering.HALF_WAY not in client.session
    event = AuditEvent.objects.get(action="sign-in")
    assert event.detail == {"door": "password", "second_factor": "app"}
    assert Session.objects.get(user=alice).signed_in_at is not None


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(
    client: Client, alice: User, password: str, shift: int
) -> None:
    switch_on(alice)
    sign_in(client, alice, password)
    code = code_at(now_step() + shift)
    assert send(client, f" {code[:3]} {code[3:]}").status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("shift", [-40, -3, 3, 40])
def test_codes_of_other_times_are_wrong(
    client: Client, alice: User, password: str, shift: int
) -> None:
    switch_on(alice)
    sign_in(client, alice, password)
    answer = send(client, code_at(now_step() + shift))
    assert answer.status_code == 422
    assert "This code is not right" in answer.text
    assert not is_in(client)
    event = AuditEvent.objects.get(action="sign-in.failed")
    assert event.detail == {"step": "second factor"}
    assert event.actor == alice


def test_a_used_code_is_worthless_in_every_browser(alice: User, password: str) -> None:
    switch_on(alice)
    code = code_at(now_step())
    mine, thief = Client(), Client()
    for client in (mine, thief):
        sign_in(client, alice, password)
    assert send(mine, code).status_code == 302
    assert send(thief, code).status_code == 422
    assert not is_in(thief)


def test_a_code_before_the_last_one_is_worthless(
    client: Client, alice: User, password: str
) -> None:
    switch_on(alice)
    assert codes.use_up(alice, code_at(now_step())) == codes.APP
    sign_in(client, alice, password)
    assert send(client, code_at(now_step() - 1)).status_code == 422


def test_the_code_that_switched_it_on_does_not_sign_in(
    client: Client, alice: User, password: str
) -> None:
    step = now_step()
    codes.switch_on(alice, SECRET, code_at(step))
    sign_in(client, alice, password)
    assert send(client, code_at(step)).status_code == 422


def test_a_recovery_code_signs_in_once(alice: User, password: str) -> None:
    made = switch_on(alice)
    for status in (302, 422):
        client = Client()
        sign_in(client, alice, password)
        assert send(client, made[3]).status_code == status
    assert codes.recovery_codes_left(alice) == 9
    assert AuditEvent.objects.get(action="sign-in").detail["second_factor"] == "recovery code"


def test_codes_are_throttled_for_the_account_from_everywhere(alice: User, password: str) -> None:
    switch_on(alice)
    answers = []
    for number in range(11):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(client, alice, password)
        answers.append(send(client, "000000").status_code)
    assert answers == [422] * 10 + [429]
    right = code_at(now_step())
    assert send(client, right).status_code == 429
    assert not is_in(client)


def test_right_codes_use_up_no_tries(alice: User, password: str) -> None:
    made = switch_on(alice)
    for code in made:
        client = Client()
        sign_in(client, alice, password)
        assert send(client, code).status_code == 302
    client = Client()
    sign_in(client, alice, password)
    assert send(client, "000000").status_code == 422


def test_without_the_first_step_there_is_no_second(client: Client, alice: User) -> None:
    switch_on(alice)
    assert client.get(CODE_URL)["Location"] == "/sign-in/"
    assert send(client, code_at(now_step()))["Location"] == "/sign-in/"
    assert not is_in(client)


def test_the_first_step_counts_for_ten_minutes(
    client: Client, alice: User, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(alice)
    sign_in(client, alice, password)
    monkeypatch.setattr(entering, "LONGEST_WAIT", -1)
    assert send(client, code_at(now_step()))["Location"] == "/sign-in/"
    assert not is_in(client)


@pytest.mark.parametrize("change", ["password", "disabled"])
def test_the_first_step_ends_with_the_password_and_the_account(
    client: Client, alice: User, password: str, change: str
) -> None:
    switch_on(alice)
    sign_in(client, alice, password)
    if change == "password":
        alice.set_password(NEW_PASSWORD)
    else:
        alice.is_active = False
    alice.save()
    assert send(client, code_at(now_step()))["Location"] == "/sign-in/"
    assert not is_in(client)


def test_somebody_elses_codes_are_wrong(
    client: Client, alice: User, erin: User, password: str
) -> None:
    switch_on(alice)
    codes.switch_on(erin, "A" * 32, code_at(now_step(), "A" * 32))
    sign_in(client, erin, password)
    assert send(client, code_at(now_step())).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_second_step_leads_to_no_other_site(
    client: Client, alice: User, password: str, page: str
) -> None:
    switch_on(alice)
    sign_in(client, alice, password, page)
    assert send(client, code_at(now_step()))["Location"] == "/"


def test_a_new_password_does_not_go_round_the_second_factor(client: Client, alice: User) -> None:
    switch_on(alice)
    client.post(reset_path(alice), {"new_password": NEW_PASSWORD})
    assert not is_in(client)
    assert sign_in(client, alice, NEW_PASSWORD)["Location"] == CODE_URL
    assert not is_in(client)


def test_who_lost_the_encryption_key_is_refused_without_an_error(
    client: Client, alice: User, password: str, settings: Settings
) -> None:
    made = switch_on(alice)
    settings.ENCRYPTION_KEY = "n" * 40
    sign_in(client, alice, password)
    for code in (code_at(now_step()), made[0]):
        assert send(client, code).status_code == 422
    assert codes.recovery_codes_left(alice) == 0


def test_rotating_the_keys_keeps_the_second_factor(alice: User, settings: Settings) -> None:
    made = switch_on(alice)
    old = settings.ENCRYPTION_KEY
    settings.ENCRYPTION_KEY = f"{'n' * 40},{old}"
    said = StringIO()
    call_command("keys", "rotate", stdout=said)
    assert "2 keys sealed again" in said.getvalue()
    settings.ENCRYPTION_KEY = "n" * 40
    assert codes.use_up(alice, code_at(now_step())) == codes.APP
    assert codes.use_up(alice, made[0]) == codes.RECOVERY


# Instance admins ---------------------------------------------------------------------------------


def test_an_instance_admin_removes_it(
    client_of: ClientOf, alice: User, bob: User, password: str
) -> None:
    User.objects.filter(pk=alice.pk).update(is_instance_admin=True)
    switch_on(bob)
    keeper = client_of(alice)
    assert f"/people/{bob.pk}/second-factor/removal/" in keeper.get("/people/").text
    answer = keeper.post(f"/people/{bob.pk}/second-factor/removal/", follow=True)
    assert "bob@example.com signs in without a code now." in unescape(answer.text)
    assert "second-factor" not in answer.text
    event = AuditEvent.objects.get(action="second-factor.remove")
    assert (event.actor, event.target) == (alice, bob.email)
    client = Client()
    sign_in(client, bob, password)
    assert is_in(client)


def test_others_cannot_remove_it(client_of: ClientOf, alice: User, bob: User) -> None:
    switch_on(bob)
    answer = client_of(alice).post(f"/people/{bob.pk}/second-factor/removal/")
    assert answer.status_code == 404
    assert codes.is_on(bob)


def test_removing_what_is_not_there_writes_nothing_down(
    client_of: ClientOf, alice: User, bob: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_instance_admin=True)
    keeper = client_of(alice)
    assert keeper.post(f"/people/{bob.pk}/second-factor/removal/").status_code == 302
    assert keeper.post("/people/999999/second-factor/removal/").status_code == 404
    assert not AuditEvent.objects.filter(action="second-factor.remove").exists()


def test_the_command_line_removes_it_when_no_instance_admin_is_left(
    alice: User, password: str
) -> None:
    switch_on(alice)
    said = StringIO()
    call_command("remove_second_factor", "ALICE@example.com", stdout=said)
    assert said.getvalue() == "alice@example.com signs in by password alone from now on.\n"
    event = AuditEvent.objects.get(action="second-factor.remove")
    assert (event.actor, event.target) == (None, alice.email)
    client = Client()
    sign_in(client, alice, password)
    assert is_in(client)
    for email, sentence in (
        (alice.email, "alice@example.com has no two-factor sign-in."),
        ("nobody@example.com", "Nobody signs in with nobody@example.com."),
    ):
        with pytest.raises(CommandError, match=re.escape(sentence)):
            call_command("remove_second_factor", email)
    assert AuditEvent.objects.filter(action="second-factor.remove").count() == 1
