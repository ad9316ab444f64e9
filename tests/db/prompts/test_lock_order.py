"""What two members do at the same moment, step by step: no circle of locks, no failure."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from workbench.accounts.access import access_to
from workbench.prompts.content import Content
from workbench.prompts.files import shelf
from workbench.prompts.library.locking import hold_presets
from workbench.prompts.models import (
    Draft,
    LibraryUpload,
    Preset,
    Prompt,
    PromptVersion,
    ValueSet,
)
from workbench.prompts.opening import draft_of, open_version
from workbench.prompts.saving import make_prompt
from workbench.runs.comparisons.comparing import GONE, begin
from workbench.runs.start import NotStarted

from .files.library import exported

pytestmark = pytest.mark.django_db(transaction=True)


def meanwhile(action, first, then=None):
    """What ``action`` returns, when it comes between ``first`` and the end of its transaction.

    ``then`` is done in the transaction as soon as the action waits for it, or is over.
    """

    def with_own_connection():
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            answer = pool.submit(with_own_connection)
            until = time.monotonic() + 5
            while not (answer.done() or _somebody_waits()):
                assert time.monotonic() < until, "it neither waits nor ends"
                time.sleep(0.02)
            if then:
                then()
        return answer.result(timeout=20)


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.fixture
def alices(alice):
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def prompt(acme, alice):
    prompt = make_prompt(acme.pk, "Greeting", alice)
    prompt.save_version(Content.blank(), alice, parent_number=None)
    return prompt


def put_in(client, acme, name="library.zip", content=None, **fields):
    """Upload the library as it is; returns where its preview is."""
    file = SimpleUploadedFile(name, content or exported(acme))
    answer = client.post("/t/acme/files/uploads/", {"file": file, **fields})
    assert answer.status_code == 302
    return answer["Location"]


def importing(client, place):
    return lambda: client.post(f"{place}imports/", {"mode": "update"})


def gone(prompt):
    def delete():
        Draft.objects.filter(prompt=prompt).update(prompt=None)
        prompt.delete()

    return delete


def test_a_label_of_a_prompt_that_is_just_deleted_is_not_found(alices, prompt):
    url = f"/t/acme/prompts/{prompt.pk}/labels/"
    post = lambda: alices.post(url, {"name": "staging", "number": "1", "from": ""})  # noqa: E731
    assert meanwhile(post, gone(prompt)).status_code == 404


def test_somebody_is_at_a_prompt_that_is_just_deleted(alices, alice, prompt):
    draft = draft_of(access_to(alice.pk, "acme"), prompt)
    get = lambda: alices.get(f"/t/acme/drafts/{draft.pk}/presence/")  # noqa: E731
    assert meanwhile(get, gone(prompt)).status_code == 200


def test_two_imports_lock_the_prompts_of_all_batches_in_one_order(
    alices, acme, alice, prompt, monkeypatch
):
    earlier = make_prompt(acme.pk, "A later one", alice)
    earlier.save_version(Content.blank(), alice, parent_number=None)
    assert (earlier.slug < prompt.slug) != (earlier.pk < prompt.pk)
    monkeypatch.setattr(shelf, "BATCH", 1)

    def lock(row):
        return lambda: Prompt.objects.select_for_update(no_key=True).get(pk=row.pk)

    place = put_in(alices, acme)
    answer = meanwhile(importing(alices, place), lock(prompt), lock(earlier))
    assert answer.status_code == 302


def test_a_set_of_values_is_kept_while_an_import_brings_one_of_that_name(
    alices, acme, alice, prompt
):
    made = ValueSet.objects.create(team=acme, prompt=prompt, name="angry", values={"A": "1"})
    place = put_in(alices, acme)
    made.delete()

    def keep():
        ValueSet.objects.create(team=acme, prompt=prompt, name="angry", values={"A": "2"})

    answer = meanwhile(importing(alices, place), keep)
    assert answer.status_code == 422
    assert ValueSet.objects.get().values == {"A": "2"}


@pytest.fixture
def presets(acme):
    return [
        Preset.objects.create(
            team=acme, name=name, slug=name, is_default=name == "b", parameters={"body": {}}
        )
        for name in "ab"
    ]


def test_another_preset_becomes_the_default_during_an_import(alices, acme, prompt, presets):
    place, of_team = put_in(alices, acme), Preset.objects.filter(team=acme)

    def clear():
        hold_presets(acme.pk)
        of_team.filter(is_default=True).update(is_default=False)

    def choose():
        of_team.filter(name="a").update(is_default=True)

    answer = meanwhile(importing(alices, place), clear, choose)
    assert answer.status_code == 302
    assert of_team.get(is_default=True).name == "b"  # as the archive says, which came last


@pytest.mark.parametrize("what", ["details", "default", "deletion"])
def test_a_preset_that_is_just_deleted_is_not_found(alices, acme, presets, what):
    def delete():
        hold_presets(acme.pk)
        presets[0].delete()

    url = f"/t/acme/presets/{presets[0].pk}/{what}/"
    post = lambda: alices.post(url, {"name": "c", "is_default": "1", "decided": "1"})  # noqa: E731
    assert meanwhile(post, delete).status_code == 404
    assert Preset.objects.get().is_default


def test_a_set_of_values_that_is_just_deleted_is_not_renamed(alices, acme, alice, prompt):
    draft = draft_of(access_to(alice.pk, "acme"), prompt)
    made = ValueSet.objects.create(team=acme, prompt=prompt, name="angry", values={})
    fields = {"rename": "1", "value-set": str(made.pk), "value-set-name": "calm"}
    post = lambda: alices.post(f"/t/acme/drafts/{draft.pk}/values/", fields)  # noqa: E731
    answer = meanwhile(post, ValueSet.objects.all().delete)
    assert answer.status_code == 422
    assert "This set of values is not there any more." in answer.content.decode()


def test_an_upload_comes_while_the_one_before_is_imported(alices, acme, prompt):
    place = put_in(alices, acme)
    before = LibraryUpload.objects.get()

    def lock():
        LibraryUpload.objects.select_for_update().get(pk=before.pk)

    meanwhile(lambda: put_in(alices, acme), lock, before.delete)
    assert LibraryUpload.objects.exclude(pk=before.pk).count() == 1
    assert alices.get(place).status_code == 404


def test_two_presses_on_restore_open_the_version_once_and_keep_the_text(alices, alice, prompt):
    access = access_to(alice.pk, "acme")
    draft = draft_of(access, prompt)
    alices.post(f"/t/acme/drafts/{draft.pk}/", {"system-text": "Typed before."})
    version = PromptVersion.objects.get()
    fields = {"prompt": str(prompt.pk), "number": "1"}
    post = lambda: alices.post("/t/acme/drafts/", fields)  # noqa: E731
    assert meanwhile(post, lambda: open_version(access, version)).status_code == 302
    draft.refresh_from_db()
    assert draft.content["body"]["system"] == "Typed before."
    assert draft.name.count("unsaved") == 1
    assert Draft.objects.get(prompt=prompt).content["body"] == version.content["body"]


def test_a_comparison_begins_while_its_draft_goes(alice, prompt):
    access = access_to(alice.pk, "acme")
    draft = draft_of(access, prompt)

    def compare():
        with pytest.raises(NotStarted) as refusal:
            begin(access, draft, "Two", [], "key")
        return [problem.sentence for problem in refusal.value.problems]

    assert meanwhile(compare, Draft.objects.filter(pk=draft.pk).delete) == [GONE]


class TestAVersionsFile:
    def test_is_not_imported_into_an_archived_prompt(self, alices, acme, prompt):
        place = self._put_in(alices, acme, prompt)
        alices.post(f"/t/acme/prompts/{prompt.pk}/archive/")
        answer = importing(alices, place)()
        assert answer.status_code == 422
        said = "“Greeting” is archived: restore it, then import the version."
        assert said in answer.content.decode()
        assert prompt.versions.count() == 1

    def test_is_not_imported_into_a_prompt_that_is_just_deleted(self, alices, acme, prompt):
        place = self._put_in(alices, acme, prompt)
        answer = meanwhile(importing(alices, place), gone(prompt))
        assert answer.status_code == 404

    def _put_in(self, client, acme, prompt):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/file/"
        content = client.get(url).content.replace(b"max_tokens: 4096", b"max_tokens: 5")
        return put_in(client, acme, "v.prompt.md", content, prompt=prompt.pk)
