"""A draft and the presets: what one would change, taking it, and making one of its parameters."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.accounts.models import AuditEvent, Team
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Preset
from workbench.prompts.presets.applying import Preview

pytestmark = pytest.mark.django_db

TOOL = {"name": "look_up", "description": "Looks up.", "input_schema": {"type": "object"}}
OTHER_TOOL = TOOL | {"name": "count"}
MOCK = {"kind": "fixed", "text": "42"}
BODY = {
    "model": "claude-haiku-4-5-20251001",
    "max_tokens": 700,
    "temperature": 0.4,
    "stop_sequences": ["END"],
    "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
    "metadata": {"user_id": "u-1"},
    "system": "You are calm.",
    "messages": [{"role": "user", "content": "Hello"}],
    "tools": [TOOL],
}
OLD = "2023-06-01"


@pytest.fixture
def preset(acme):
    """Makes a preset of Acme."""

    def make(name: str = "Deep", **parameters: Any) -> Preset:
        return Preset.objects.create(team=acme, name=name, slug=name, parameters=parameters)

    return make


@pytest.fixture
def filled(draft) -> Draft:
    """Erin's draft with parameters, turns, a system prompt and a tool with a mock."""
    content = Content(dict(BODY), OLD, ("b-1",), mocks={"look_up": MOCK})
    draft.content = content.to_dict()
    EditorForm.of(draft).save_to(draft)
    return draft


@pytest.fixture
def take(erins, filled):
    """Takes a preset as the preview offers it; returns the answer and the content after it."""

    def send(preset: Preset, *, htmx: bool = False, **fields: Any) -> tuple[Any, Content]:
        seen = Preview(EditorForm.of(filled), preset).digest
        fields = {"preset": preset.pk, "seen": seen} | fields
        headers = {"HX-Request": "true"} if htmx else {}
        url = f"/t/acme/drafts/{filled.pk}/presets/application/"
        answer = erins.post(url, fields, headers=headers)
        filled.refresh_from_db()
        return answer, filled.parsed

    return send


def test_the_button_keeps_the_form_and_opens_the_dialog(erins, draft, post, preset):
    preset(body={"max_tokens": 5}, name="Brief")
    url = f"drafts/{draft.pk}/presets/"
    html = post(erins, url, name="N", max_tokens="many").content.decode()
    draft.refresh_from_db()
    assert draft.name == "N"
    assert EditorForm.of(draft).max_tokens == "many"
    assert '<dialog class="dialog" id="presets-dialog"' in html
    assert "Brief" in html
    assert "Max tokens 5" in html
    plain = post(erins, url, htmx=False, name="M")
    assert plain.headers["Location"] == f"/t/acme/drafts/{draft.pk}/presets/"
    page = erins.get(plain.headers["Location"]).content.decode()
    assert "<h1" in page
    assert "Brief" in page


def test_the_preview_shows_each_parameter_before_and_after(erins, filled, preset):
    made = preset(body={"max_tokens": 5, "stop_sequences": ["END"]}, api_version=OLD)
    url = f"/t/acme/drafts/{filled.pk}/presets/?preset={made.pk}"
    html = erins.get(url).content.decode()
    assert ">700<" in html.replace("\n", "").replace(" ", "")
    assert ">5<" in html.replace("\n", "").replace(" ", "")
    assert "The same already: API version, Stop sequences." in html
    assert "Stays as it is: Model, Temperature" in html
    assert "Switch" not in html
    filled.refresh_from_db()
    assert filled.parsed.body["max_tokens"] == 700, "a preview changes nothing"


def test_only_the_keys_of_the_preset_are_set(take, preset):
    made = preset(body={"max_tokens": 5, "output_config": {"effort": "low"}}, betas=["b-2"])
    answer, content = take(made)
    assert answer.status_code == 302
    expected = BODY | {"max_tokens": 5}
    expected["output_config"] = BODY["output_config"] | {"effort": "low"}
    assert content.body == expected
    assert (content.api_version, content.betas) == (OLD, ("b-2",))
    assert content.mocks == {"look_up": MOCK}


def test_refused_settings_are_left_out_or_kept_as_decided(erins, filled, take, preset):
    made = preset(body={"model": "claude-opus-5-5", "temperature": 0.9}, api_version="2026-10-21")
    url = f"/t/acme/drafts/{filled.pk}/presets/?preset={made.pk}"
    html = erins.get(url).content.decode()
    assert 'name="accept" value="temperature" checked' in html
    assert "The temperature 0.9 is removed." in html
    _, content = take(made)
    assert (content.body["model"], content.body["temperature"]) == ("claude-opus-5-5", 0.9)
    _, content = take(made, accept=["temperature"])
    assert "temperature" not in content.body
    assert content.body["messages"] == BODY["messages"]


def test_turns_and_system_prompt_are_never_touched(erins, filled, take, preset):
    prefilled = [*BODY["messages"], {"role": "assistant", "content": "So:"}]
    filled.content = Content(BODY | {"messages": prefilled}, OLD).to_dict()
    filled.save()
    made = preset(body={"model": "claude-opus-5-5", "messages": [], "system": "No."})
    url = f"/t/acme/drafts/{filled.pk}/presets/?preset={made.pk}"
    html = erins.get(url).content.decode()
    assert 'value="prefill"' not in html
    assert "Run will refuse this until you change it" in html
    _, content = take(made, accept=["temperature", "prefill"])
    assert content.body["messages"] == prefilled
    assert content.body["system"] == BODY["system"]


def test_tools_that_are_replaced_can_be_put_back(erins, filled, take, preset):
    made = preset(body={"tools": [OTHER_TOOL]}, mocks={"count": MOCK})
    _, content = take(made)
    assert (content.body["tools"], content.mocks) == ([OTHER_TOOL], {"count": MOCK})
    form = EditorForm.of(filled)
    form.tools.restore()
    assert form.content.body["tools"] == [TOOL, OTHER_TOOL]
    assert form.content.mocks["look_up"] == MOCK


def test_what_is_typed_elsewhere_stays_and_what_the_preset_sets_goes(filled, take, preset):
    filled.content["editor"] = {"typed": {"max_tokens": "many", "top_k": "few"}}
    filled.save()
    _, content = take(preset(body={"max_tokens": 5}))
    assert content.body["max_tokens"] == 5
    assert filled.content["editor"]["typed"] == {"top_k": "few"}


def test_with_a_script_the_page_is_loaded_again(take, filled, preset):
    answer, _ = take(preset(body={"max_tokens": 5}), htmx=True)
    assert answer.headers["HX-Redirect"] == f"/t/acme/drafts/{filled.pk}/"


def test_a_preset_that_was_replaced_meanwhile_is_shown_again(take, preset):
    answer, content = take(preset(body={"max_tokens": 5}), seen="other")
    assert answer.status_code == 422
    assert "was replaced while you looked at it" in answer.content.decode()
    assert content.body == BODY


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "-1", "²"])
def test_a_preset_that_is_none_is_refused(erins, filled, number):
    url = f"/t/acme/drafts/{filled.pk}/presets/"
    status = 404 if number else 422
    assert erins.post(f"{url}application/", {"preset": number}).status_code == status
    assert erins.get(url, {"preset": number}).status_code == 404


def test_a_preset_of_another_team_is_not_there(erins, filled, charlie):
    elsewhere = Team.objects.get(slug="elsewhere")
    theirs = Preset.objects.create(
        team=elsewhere, name="Theirs", slug="t", parameters={"body": {"max_tokens": 1}}
    )
    url = f"/t/acme/drafts/{filled.pk}/presets/"
    fields = {"preset": theirs.pk, "preset-name": "Theirs", "replaces": theirs.pk}
    assert erins.get(url, fields).status_code == 404
    assert erins.post(f"{url}application/", fields).status_code == 404
    erins.post(f"{url}new/", fields | {"part": "body.max_tokens"})
    theirs.refresh_from_db()
    assert theirs.parameters == {"body": {"max_tokens": 1}}
    filled.refresh_from_db()
    assert filled.parsed.body == BODY


def test_a_viewer_and_a_stranger_reach_no_presets_of_a_draft(
    client_of, bob, charlie, filled, preset
):
    url = f"/t/acme/drafts/{filled.pk}/presets/"
    for path in (url, f"{url}application/", f"{url}new/"):
        assert client_of(bob).post(path).status_code == 403
        assert client_of(charlie).post(path).status_code == 404


# Making one --------------------------------------------------------------------------------


@pytest.fixture
def save(erins, filled):
    """Posts the form of a new preset."""

    def send(*parts: str, htmx: bool = False, **fields: Any) -> Any:
        named = {f"preset-{name}": value for name, value in fields.items() if name != "replaces"}
        if "replaces" in fields:
            named["replaces"] = fields["replaces"]
        headers = {"HX-Request": "true"} if htmx else {}
        url = f"/t/acme/drafts/{filled.pk}/presets/new/"
        return erins.post(url, named | {"part": parts}, headers=headers)

    return send


def test_all_that_is_set_is_offered_but_who_it_is_for_is_not_ticked(erins, filled):
    html = erins.get(f"/t/acme/drafts/{filled.pk}/presets/new/").content.decode()
    for name in ("body.model", "body.tools", "mocks", "betas", "body.output_config.format"):
        assert f'name="part" value="{name}" checked' in html, name
    assert 'name="part" value="body.metadata">' in html
    assert "You are calm." not in html


def test_the_ticked_parts_are_saved(save, erin):
    parts = ("api_version", "body.model", "body.output_config.format", "body.tools", "mocks")
    answer = save(*parts, name="Mine ", description="D")
    assert answer.status_code == 302
    made = Preset.objects.get()
    assert made.parameters == {
        "api_version": OLD,
        "body": {name: BODY[name] for name in ("model", "output_config", "tools")},
        "mocks": {"look_up": MOCK},
    }
    assert (made.name, made.slug, made.description) == ("Mine", "mine", "D")
    assert made.created_by == erin
    assert AuditEvent.objects.get(action="preset.create").target == "Mine"
    assert (
        "Saved as the preset “Other”."
        in save("body.model", name="Other", htmx=True).content.decode()
    )


def test_the_same_name_asks_to_replace_and_shows_the_difference(save, preset):
    old = preset("Mine", body={"max_tokens": 5})
    answer = save("body.max_tokens", name="Mine")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a preset “Mine” already" in html
    assert f'name="replaces" value="{old.pk}"' in html
    assert "What replacing “Mine” changes in it" in html
    assert 'value="body.max_tokens" checked' in html
    assert 'value="body.model">' in html, "what was not ticked stays so"
    save("body.max_tokens", name="Mine", replaces=str(old.pk))
    old.refresh_from_db()
    assert old.parameters == {"body": {"max_tokens": 700}}
    assert AuditEvent.objects.get(action="preset.replace").target == "Mine"


def test_another_preset_than_the_one_asked_about_is_not_replaced(save, preset):
    old, other = preset("Mine", body={"max_tokens": 5}), preset("Other", body={"max_tokens": 6})
    assert save("body.model", name="Mine", replaces=str(other.pk)).status_code == 422
    for each in (old, other):
        each.refresh_from_db()
    assert (old.parameters, other.parameters) == (
        {"body": {"max_tokens": 5}},
        {"body": {"max_tokens": 6}},
    )


@pytest.mark.parametrize(
    ("parts", "name", "sentence"),
    [
        (["body.model"], " ", "Give the preset a name."),
        (["body.model"], "x" * 10_000, "A name has at most 200 characters"),
        ([], "Mine", "Tick at least one parameter"),
        (["body.messages", "body.system", "nothing"], "Mine", "Tick at least one parameter"),
    ],
)
def test_a_preset_that_cannot_be_is_refused(save, parts, name, sentence):
    answer = save(*parts, name=name, description="kept")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "kept</textarea>" in answer.content.decode()
    assert not Preset.objects.exists()


def test_what_cannot_be_read_is_said_not_to_be_part_of_it(erins, filled):
    filled.content["editor"] = {"typed": {"max_tokens": "many"}}
    filled.save()
    html = erins.get(f"/t/acme/drafts/{filled.pk}/presets/new/").content.decode()
    assert "Not part of the preset, since it cannot be read" in html
