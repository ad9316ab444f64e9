"""Signing in with an identity provider, against one that runs here and signs with RSA."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from workbench.accounts.models import AuditEvent, Invitation, Session, Team, User
from workbench.accounts.single_sign_on.provider import Provider
from workbench.accounts.unguessable import digest

from .test_second_factor import CODE_URL, code_at, is_in, now_step, send, switch_on

pytestmark = pytest.mark.django_db
MARKUP = '"><script>alert(1)</script><img src=//evil.example/t onerror=alert(2)>'
NINA = {"sub": "nina-1", "email": "nina@example.com", "email_verified": True, "name": "Nina  N"}


@pytest.fixture
def provider(settings: Settings, alice: User) -> Iterator[IdentityProvider]:
    """A provider that the operator has named; Alice has an account already, with a password."""
    with IdentityProvider(claims=dict(NINA)) as running:
        settings.SINGLE_SIGN_ON = Provider(running.issuer, CLIENT_ID, CLIENT_SECRET, "Example ID")
        yield running


def begin(client: Client, page: str = "") -> str:
    """The address at the provider to which the browser is led."""
    answer = client.post("/sign-in/oidc/", {"next": page})
    assert answer.status_code == 200
    address = answer["Refresh"].removeprefix("0; url=")
    assert f'href="{address}"' in unescape(answer.text)
    return address


def come_back(client: Client, code: str, state: str):
    return client.get("/sign-in/oidc/return/", {"code": code, "state": state})


def go(client: Client, provider: IdentityProvider, page: str = ""):
    """There and back."""
    code, state = provider.code_for(begin(client, page))
    return come_back(client, code, state)


def refused(answer, sentence: str) -> None:
    assert answer.status_code == 400
    assert sentence in unescape(answer.text)
    assert not is_in(answer.client)


# Without it --------------------------------------------------------------------------------------


def test_it_is_off_until_it_is_configured(client: Client, alice: User) -> None:
    assert "/sign-in/oidc/" not in client.get("/sign-in/").text
    assert client.post("/sign-in/oidc/").status_code == 404
    assert client.get("/sign-in/oidc/return/", {"code": "a", "state": "b"}).status_code == 404


def test_no_page_of_the_library_is_mounted(client: Client, provider: IdentityProvider) -> None:
    for path in ("/accounts/login/", "/login/", "/oidc/", "/accounts/2fa/", "/signup/", "/social/"):
        assert client.get(path).status_code in (302, 404), path
        assert client.get(path, follow=True).status_code == 404 or "/sign-in/" in (
            client.get(path).get("Location", "")
        )


# There and back ----------------------------------------------------------------------------------


def test_a_new_person_gets_an_account_without_a_team(
    client: Client, provider: IdentityProvider
) -> None:
    assert "Sign in with Example ID" in client.get("/sign-in/").text
    key = client.session.session_key
    answer = go(client, provider, "/account/sessions/")
    assert answer["Location"] == "/account/sessions/"
    assert is_in(client)
    assert client.session.session_key != key
    nina = User.objects.get(email="nina@example.com")
    assert (nina.name, nina.has_usable_password(), nina.is_instance_admin) == (
        "Nina N",
        False,
        False,
    )
    assert not nina.memberships.exists()
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.uid) == (nina, provider.issuer, "nina-1")
    events = AuditEvent.objects.filter(actor=nina).order_by("pk")
    assert [event.action for event in events] == ["account.make", "sign-in"]
    assert events[1].detail == {"door": "single sign-on"}
    assert Session.objects.get(user=nina).signed_in_at is not None
    assert client.get("/", follow=True).status_code == 200


def test_what_is_sent_is_the_code_flow_with_state_nonce_and_pkce(
    client: Client, provider: IdentityProvider
) -> None:
    one, two = begin(client), begin(client)
    sent = parse_qs(urlsplit(one).query)
    assert one.startswith(f"{provider.issuer}/authorize?")
    assert sent["redirect_uri"] == ["http://127.0.0.1:8000/sign-in/oidc/return/"]
    assert sent["code_challenge_method"] == ["S256"]
    assert set(sent["scope"][0].split()) == {"openid", "profile", "email"}
    other = parse_qs(urlsplit(two).query)
    for name in ("state", "nonce", "code_challenge"):
        assert len(sent[name][0]) >= 16
        assert sent[name] != other[name]


def test_the_same_person_comes_to_the_same_account_whatever_their_address_is_now(
    provider: IdentityProvider,
) -> None:
    go(Client(), provider)
    provider.claims |= {"email": "nina@married.example", "email_verified": False}
    client = Client()
    go(client, provider)
    assert is_in(client)
    assert User.objects.filter(email__startswith="nina").count() == 1
    assert User.objects.get(email__startswith="nina").email == "nina@example.com"


def test_nothing_of_the_providers_tokens_is_kept(
    client: Client, provider: IdentityProvider
) -> None:
    go(client, provider)
    assert len(provider.tokens) == 3
    assert not SocialToken.objects.exists()
    kept = [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    kept += [json.dumps(event.detail) for event in AuditEvent.objects.all()]
    kept += [json.dumps(link.extra_data) for link in SocialAccount.objects.all()]
    assert not [token for token in provider.tokens if token in "".join(kept)]


def test_the_address_may_come_from_the_details_instead(
    client: Client, provider: IdentityProvider
) -> None:
    provider.claims = {"sub": "nina-1"}
    provider.details = dict(NINA)
    go(client, provider)
    assert is_in(client)
    assert User.objects.filter(email="nina@example.com").exists()


def test_details_of_another_person_are_not_believed(
    client: Client, provider: IdentityProvider
) -> None:
    provider.claims = {"sub": "nina-1"}
    provider.details = NINA | {"sub": "somebody-else"}
    refused(go(client, provider), "cannot be believed")


def test_who_has_a_second_factor_is_asked_for_it(provider: IdentityProvider) -> None:
    go(Client(), provider)
    switch_on(User.objects.get(email="nina@example.com"))
    client = Client()
    assert go(client, provider, "/account/sessions/")["Location"] == CODE_URL
    assert not is_in(client)
    assert send(client, code_at(now_step()))["Location"] == "/account/sessions/"
    assert is_in(client)
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_leads_to_no_other_site(
    client: Client, provider: IdentityProvider, page: str
) -> None:
    assert go(client, provider, page)["Location"] == "/"


def test_who_is_signed_in_stays_who_they_are(client: Client, provider: IdentityProvider, alice):
    client.force_login(alice)
    assert client.post("/sign-in/oidc/", {"next": "//evil.example"})["Location"] == "/"
    assert come_back(client, "code", "state")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)


# What is not believed ----------------------------------------------------------------------------

PAST = int(time.time()) - 3600


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": ["another-client", CLIENT_ID], "azp": "another-client"},
        {"aud": None},
        {"iss": "https://other.example"},
        {"iss": None},
        {"exp": PAST},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 192},
        {"sub": "a\0b"},
        {"sub": "a\ud800b"},
        {"sub": "x" * 10_000},
        {"sub": ["nina-1"]},
        {"sub": {"<script>": 1}},
        {"nonce": ["<script>"]},
        {"azp": "<script>alert(1)</script>"},
        {"iss": "javascript:alert(1)"},
        {"exp": float("inf")},
        {"exp": "<script>"},
        {"iat": float("inf")},
    ],
    ids=lambda wrong: ascii(wrong)[:60],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(
    client: Client, provider: IdentityProvider, wrong: dict[str, object]
) -> None:
    provider.claims |= wrong
    refused(go(client, provider), "cannot be believed")
    assert not User.objects.filter(email="nina@example.com").exists()
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.get(action="sign-in.failed").detail == {"step": "single sign-on"}


@pytest.mark.parametrize(
    "forged", [{"signing_key": "another"}, {"algorithm": "none"}, {"algorithm": "HS256"}], ids=str
)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    client: Client, provider: IdentityProvider, forged: dict[str, str]
) -> None:
    for name, value in forged.items():
        setattr(provider, name, value)
    refused(go(client, provider), "cannot be believed")


def test_the_nonce_of_another_sign_in_lets_nobody_in(
    client: Client, provider: IdentityProvider
) -> None:
    first, second = begin(client), begin(client)
    provider.nonce = parse_qs(urlsplit(first).query)["nonce"][0]
    refused(come_back(client, *provider.code_for(second)), "cannot be believed")


@pytest.mark.parametrize("state", ["", "wrong", "x" * 5000, "\0"])
def test_a_wrong_state_lets_nobody_in(
    client: Client, provider: IdentityProvider, state: str
) -> None:
    code, _ = provider.code_for(begin(client))
    refused(come_back(client, code, state), "was not begun in this browser")
    assert "/token" not in provider.asked
    assert not AuditEvent.objects.exists()


def test_the_state_of_another_browser_lets_nobody_in(provider: IdentityProvider) -> None:
    """Else somebody could sign another person in to an account of their own."""
    code, state = provider.code_for(begin(Client()))
    victim = Client()
    begin(victim)
    refused(come_back(victim, code, state), "was not begun in this browser")


def test_a_way_back_counts_once(provider: IdentityProvider) -> None:
    client = Client()
    code, state = provider.code_for(begin(client))
    come_back(client, code, state)
    client.post("/sign-out/")
    refused(come_back(client, code, state), "was not begun in this browser")


def test_a_used_code_lets_nobody_in(provider: IdentityProvider) -> None:
    first, thief = Client(), Client()
    code, state = provider.code_for(begin(first))
    come_back(first, code, state)
    _, own_state = provider.code_for(begin(thief))
    refused(come_back(thief, code, own_state), "does not answer as it should")


def test_a_code_of_somebody_else_is_worthless_without_their_verifier(
    provider: IdentityProvider,
) -> None:
    code, _ = provider.code_for(begin(Client()))
    thief = Client()
    _, own_state = provider.code_for(begin(thief))
    refused(come_back(thief, code, own_state), "does not answer as it should")


def test_a_way_back_after_ten_minutes_counts_no_more(
    client: Client, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, state = provider.code_for(begin(client))
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.STATE_TTL", -1)
    refused(come_back(client, code, state), "was not begun in this browser")


def test_who_cancels_there_is_told(client: Client, provider: IdentityProvider) -> None:
    _, state = provider.code_for(begin(client))
    answer = client.get("/sign-in/oidc/return/", {"error": "access_denied", "state": state})
    refused(answer, "Example ID let nobody in.")


def test_a_provider_that_is_down_is_no_error(client: Client, provider: IdentityProvider) -> None:
    code, state = provider.code_for(begin(client))
    provider.is_down = True
    refused(come_back(client, code, state), "does not answer as it should")
    answer = client.post("/sign-in/oidc/")
    refused(answer, "does not answer as it should")


def test_the_description_of_another_issuer_is_not_believed(
    client: Client, provider: IdentityProvider
) -> None:
    provider.described = {"issuer": "https://other.example"}
    refused(client.post("/sign-in/oidc/"), "does not answer as it should")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "/sign-out/",
        "https://id.example/\r\nSet-Cookie: a=b",
        "https://[",
        ["https://id.example/"],
        None,
    ],
    ids=ascii,
)
def test_nobody_is_led_to_what_is_no_page_of_a_provider(
    client: Client, provider: IdentityProvider, address: object
) -> None:
    provider.described = {"authorization_endpoint": address}
    refused(client.post("/sign-in/oidc/"), "does not answer as it should")


@pytest.mark.parametrize("text", [MARKUP, "\0", "\u202e", "x" * 10_000], ids=lambda text: text[:9])
def test_what_comes_back_with_a_person_is_not_repeated(
    client: Client, provider: IdentityProvider, text: str
) -> None:
    for said, sentence in (
        ({"error": text, "error_description": text, "error_uri": text}, "let nobody in"),
        ({"error": "", "code": text}, "let nobody in"),
        ({"code": text}, "does not answer as it should"),
    ):
        _, state = provider.code_for(begin(client))
        answer = client.get("/sign-in/oidc/return/", {**said, "state": state})
        refused(answer, sentence)
        assert text not in answer.text
        assert text not in unescape(answer.text)


def test_the_way_there_is_throttled_until_somebody_comes_in(provider: IdentityProvider) -> None:
    for _ in range(2):
        go(Client(), provider)
    provider.is_down = True
    answers = [Client().post("/sign-in/oidc/").status_code for _ in range(61)]
    assert answers == [400] * 60 + [429]


# Whose account it is -----------------------------------------------------------------------------


@pytest.mark.parametrize("verified", [False, None, "false", 0, 1, "yes"])
def test_an_address_that_is_not_verified_makes_and_opens_no_account(
    client: Client, provider: IdentityProvider, settings: Settings, verified: object
) -> None:
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, links_verified_email=True)
    for email in ("nina@example.com", "alice@example.com"):
        provider.claims |= {"email": email, "email_verified": verified}
        refused(go(client, provider), "does not say that your e-mail address is verified")
    assert not SocialAccount.objects.exists()
    assert not User.objects.filter(email="nina@example.com").exists()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "no address",
        "a\0@example.com",
        "a" * 250 + "@example.com",
        "a" * 10_000 + "@example.com",
        "javascript:alert(1)@example.com",
        "nina@example.com\r\nBcc: all@evil.example",
        '"\x0bBcc:all"@evil.example',
        '"\x1b[31m"@example.com',
        "nina@exam\u202eple.com",
        "nina@exam\ud800ple.com",
        ["nina@example.com"],
        {"nina@example.com": True},
        True,
    ],
    ids=ascii,
)
def test_what_is_no_address_makes_no_account(
    client: Client, provider: IdentityProvider, email: object
) -> None:
    provider.claims |= {"email": email}
    refused(go(client, provider), "does not say that your e-mail address is verified")
    assert not SocialAccount.objects.exists()


def test_an_account_with_the_address_stays_closed_unless_the_operator_says_so(
    client: Client, provider: IdentityProvider, alice: User
) -> None:
    provider.claims |= {"email": "Alice@Example.com"}
    refused(go(client, provider), "does not belong to this sign-in")
    assert not SocialAccount.objects.exists()


def test_a_verified_address_links_once_the_operator_says_so(
    client: Client, provider: IdentityProvider, settings: Settings, alice: User
) -> None:
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, links_verified_email=True)
    provider.claims |= {"email": "Alice@Example.com", "email_verified": "true"}
    go(client, provider)
    assert client.session["_auth_user_id"] == str(alice.pk)
    event = AuditEvent.objects.get(action="account.link")
    assert (event.actor, event.detail) == (alice, {"issuer": provider.issuer})


def test_an_address_that_went_to_another_person_opens_nothing(
    provider: IdentityProvider, settings: Settings, alice: User
) -> None:
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, links_verified_email=True)
    provider.claims |= {"email": alice.email}
    go(Client(), provider)
    provider.claims |= {"sub": "successor-of-alice"}
    refused(go(Client(), provider), "does not belong to this sign-in")


def test_the_same_subject_at_another_issuer_is_another_person(
    provider: IdentityProvider, settings: Settings
) -> None:
    go(Client(), provider)
    with IdentityProvider(claims=dict(NINA)) as other:
        settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, issuer=other.issuer)
        refused(go(Client(), other), "does not belong to this sign-in")


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_disabled_account_stays_closed(
    provider: IdentityProvider, settings: Settings, alice: User, is_linked: bool
) -> None:
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, links_verified_email=True)
    provider.claims |= {"email": alice.email}
    if is_linked:
        go(Client(), provider)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refused(go(Client(), provider), "This account is disabled.")
    assert SocialAccount.objects.exists() == is_linked


def test_the_first_account_is_made_by_the_welcome_link_alone(
    client: Client, provider: IdentityProvider
) -> None:
    Team.objects.all().delete()
    User.objects.all().delete()
    refused(go(client, provider), "open the welcome link")
    assert not User.objects.exists()


def test_a_name_that_is_missing_or_long_or_odd_is_made_to_fit(provider: IdentityProvider) -> None:
    for number, name in enumerate([None, "", 7, "n" * 300, "\0<b>x</b>"]):
        email = f"nina{number}@example.com"
        provider.claims = NINA | {"sub": str(number), "email": email, "name": name}
        client = Client()
        go(client, provider)
        assert is_in(client), name
        assert 0 < len(User.objects.get(email=email).name) <= 100


@pytest.mark.parametrize(
    "odd",
    [
        {"name": MARKUP},
        {"name": "", "preferred_username": MARKUP, "given_name": MARKUP},
        {"name": None, "given_name": MARKUP, "family_name": MARKUP},
        {"name": "javascript:alert(1)"},
        {"name": "\u202eanin\u2066 \0 \x1b[31m\r\nBcc: all@evil.example"},
        {"name": "\ud83d \udfff"},
        {"name": "W" * 10_000},
        {"name": [MARKUP]},
        {"name": {MARKUP: MARKUP}},
        {"email": '"<script>alert(1)</script>"@example.com'},
        {"email": "'onload=alert@example.com"},
        {"sub": MARKUP},
        {"sub": "javascript:alert(1)"},
        {"sub": "\u202e\n\t"},
    ],
    ids=lambda odd: ascii(odd)[:60],
)
def test_odd_claims_make_an_account_that_can_be_used(
    client: Client, provider: IdentityProvider, odd: dict[str, object]
) -> None:
    provider.claims |= odd
    assert go(client, provider)["Location"] == "/"
    person = User.objects.get(pk=client.session["_auth_user_id"])
    assert 0 < len(person.name) <= 100
    assert person.name == " ".join(person.name.replace("\0", "").split())
    for page in ("/account/", "/account/sessions/", "/teams/"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "<script>alert(1)" not in answer.text
    again = Client()
    go(again, provider)
    assert again.session["_auth_user_id"] == client.session["_auth_user_id"]


def test_who_was_invited_comes_back_to_the_invitation(
    client: Client, provider: IdentityProvider, acme: Team, alice: User
) -> None:
    soon = timezone.now() + timedelta(days=1)
    Invitation.objects.create(
        team=acme, token_hash=digest("i"), role="editor", invited_by=alice, expires_at=soon
    )
    assert 'name="next" value="/join/i/"' in client.get("/join/i/").text
    begun = begin(client, "/join/i/")
    assert "/join/i/" not in json.dumps(client.session["socialaccount_states"])
    answer = come_back(client, *provider.code_for(begun))
    assert answer["Location"] == "/join/i/"
    assert "Join the team" in client.get("/join/i/").text
    client.post("/join/i/")
    assert User.objects.get(email="nina@example.com").memberships.get().role == "editor"
