"""What is found of runs; filled in for those that have ended."""

from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from workbench.accounts.same_team import same_team
from workbench.runs.search_document import run_document

AT_ONCE = 200
ACTIVE = ("queued", "connecting", "streaming")
FIELDS = ("id", "team_id", "prompt_name", "request", "message")


def fill(apps: Any, schema_editor: Any) -> None:
    text = apps.get_model("runs", "RunText")
    ended = apps.get_model("runs", "Run").objects.exclude(state__in=ACTIVE).only(*FIELDS)
    last = 0
    while batch := list(ended.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = batch[-1].pk
        text.objects.bulk_create(
            text(
                pk=run.pk,
                team_id=run.team_id,
                search=run_document(run.team_id, run.prompt_name, run.request, run.message).vector,
            )
            for run in batch
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_api_tokens"), ("runs", "0006_history")]

    operations = [
        migrations.CreateModel(
            name="RunText",
            fields=[
                ("search", django.contrib.postgres.search.SearchVectorField()),
                ("run", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="search_text", serialize=False, to="runs.run")),
                ("team", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team")),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="runs_by_text"),
                    models.Index(fields=["team", "-run"], name="run_texts_of_team"),
                ],
            },
        ),
        same_team("runs_runtext", "run_id", "runs_run"),
        # The indexes are made last; a table with checks to come cannot get one.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", ""),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS ALL IMMEDIATE"),
    ]
