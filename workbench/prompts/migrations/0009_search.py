"""What is found of prompts, versions and system prompts; filled in for those that are there."""

from collections.abc import Iterator
from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from workbench.accounts.same_team import same_team
from workbench.prompts.search_documents import (
    prompt_document,
    system_prompt_document,
    version_document,
)

AT_ONCE = 200


def fill(apps: Any, schema_editor: Any) -> None:
    of_prompts(apps)
    of_versions(apps)
    of_system_prompts(apps)


def in_batches(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = batch[-1].pk
        yield batch


def of_prompts(apps: Any) -> None:
    version, text = apps.get_model("prompts", "PromptVersion"), apps.get_model("prompts", "PromptText")
    for prompts in in_batches(apps.get_model("prompts", "Prompt").objects):
        latest = version.objects.filter(prompt__in=prompts, number=models.F("prompt__latest_number"))
        contents = dict(latest.values_list("prompt_id", "content"))
        text.objects.bulk_create(
            text(
                pk=prompt.pk,
                team_id=prompt.team_id,
                search=prompt_document(
                    prompt.team_id,
                    name=prompt.name,
                    slug=prompt.slug,
                    description=prompt.description,
                    tags=prompt.tags,
                    content=contents.get(prompt.pk),
                ).vector,
            )
            for prompt in prompts
        )


def of_versions(apps: Any) -> None:
    text = apps.get_model("prompts", "VersionText")
    for versions in in_batches(apps.get_model("prompts", "PromptVersion").objects):
        text.objects.bulk_create(
            text(
                pk=version.pk,
                team_id=version.team_id,
                search=version_document(
                    version.team_id, note=version.note, content=version.content
                ).vector,
            )
            for version in versions
        )


def of_system_prompts(apps: Any) -> None:
    version = apps.get_model("prompts", "SystemPromptVersion")
    text = apps.get_model("prompts", "SystemPromptText")
    for rows in in_batches(apps.get_model("prompts", "SystemPrompt").objects):
        latest = version.objects.filter(
            system_prompt__in=rows, number=models.F("system_prompt__latest_number")
        )
        texts = dict(latest.values_list("system_prompt_id", "text"))
        text.objects.bulk_create(
            text(
                pk=row.pk,
                team_id=row.team_id,
                search=system_prompt_document(
                    row.team_id,
                    name=row.name,
                    slug=row.slug,
                    description=row.description,
                    tags=row.tags,
                    text=texts.get(row.pk, ""),
                ).vector,
            )
            for row in rows
        )


def text_table(
    name: str, row: str, parent: str, *indexes: models.Index
) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[
            ("search", django.contrib.postgres.search.SearchVectorField()),
            (row, models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="search_text", serialize=False, to=parent)),
            ("team", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team")),
        ],
        options={"indexes": list(indexes)},
    )


def by_text(name: str) -> models.Index:
    return django.contrib.postgres.indexes.GinIndex(fields=["search"], name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_api_tokens"), ("prompts", "0008_library_upload")]

    operations = [
        text_table("PromptText", "prompt", "prompts.prompt", by_text("prompts_by_text")),
        text_table(
            "SystemPromptText", "system_prompt", "prompts.systemprompt", by_text("system_prompts_by_text")
        ),
        text_table(
            "VersionText",
            "version",
            "prompts.promptversion",
            by_text("versions_by_text"),
            models.Index(fields=["team", "-version"], name="version_texts_of_team"),
        ),
        same_team("prompts_prompttext", "prompt_id", "prompts_prompt"),
        same_team("prompts_systemprompttext", "system_prompt_id", "prompts_systemprompt"),
        same_team("prompts_versiontext", "version_id", "prompts_promptversion"),
        # The indexes are made last; a table with checks to come cannot get one.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", ""),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS ALL IMMEDIATE"),
    ]
