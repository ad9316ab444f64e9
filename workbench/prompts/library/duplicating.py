"""A second prompt made from one, with its whole history or with its latest version."""

from __future__ import annotations

from django.db import connection, transaction

from workbench.accounts import audit
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.editor import NAME_LENGTH
from workbench.prompts.models import Prompt, PromptVersion, ValueSet
from workbench.prompts.saving import make_prompt

COPY_MARK = " (copy)"

# Copied by the database: a history may be larger than what a process should hold.
_COPY_VERSIONS = """
INSERT INTO prompts_promptversion
    (team_id, prompt_id, number, parent_number, author_id, author_name, note, content,
     content_hash, created_at)
SELECT team_id, %s, number, parent_number, author_id, author_name, note, content,
       content_hash, created_at
FROM prompts_promptversion WHERE team_id = %s AND prompt_id = %s AND number <= %s
"""


@transaction.atomic
def duplicate(request: WorkbenchRequest, prompt: Prompt, *, with_history: bool) -> Prompt:
    """The copy, in the same team: versions and sets of values, but no labels.

    With its history it has all versions as they are, with their authors and times; else one, by
    the person who asked for it. Raises ``PromptVersion.DoesNotExist`` when the prompt has gone.
    """
    name = f"{prompt.name[: NAME_LENGTH - len(COPY_MARK)]}{COPY_MARK}"
    made = make_prompt(prompt.team_id, name, request.user)
    made.description, made.tags = prompt.description, prompt.tags
    made.save(update_fields=["description", "tags"])
    if with_history:
        _copy_history(prompt, made)
    else:
        latest = prompt.versions.get(team=made.team_id, number=prompt.latest_number)
        note = f"Copy of {prompt.name}, v{latest.number}."
        made.save_version(latest.parsed, request.user, parent_number=None, note=note)
    _copy_value_sets(prompt, made)
    audit.record_in_team(
        request,
        "prompt.duplicate",
        made.name,
        prompt=made.pk,
        source=prompt.pk,
        versions=made.latest_number,
    )
    return made


def _copy_history(prompt: Prompt, made: Prompt) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COPY_VERSIONS, [made.pk, made.team_id, prompt.pk, prompt.latest_number])
    # The database has copied them behind the back of what keeps the search up to date.
    PromptVersion.renew_search(list(made.versions.values_list("pk", flat=True)))
    latest = PromptVersion.objects.select_related("author").get(
        prompt=made, number=prompt.latest_number
    )
    changed_at = made.created_at  # the copy itself is new, whatever the age of its versions
    made.follow(latest)
    made.updated_at = changed_at
    made.save(update_fields=["updated_at"])


def _copy_value_sets(prompt: Prompt, made: Prompt) -> None:
    ValueSet.objects.bulk_create(
        ValueSet(
            team_id=made.team_id,
            prompt=made,
            name=each.name,
            values=each.values,
            created_by=each.created_by,
        )
        for each in prompt.value_sets.select_related("created_by").order_by("pk")
    )
