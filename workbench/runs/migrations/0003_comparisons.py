import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workbench.accounts.same_team import same_team


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("prompts", "0003_media_measures"),
        ("runs", "0002_same_team"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="pane",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="transformations",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("panes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comparisons",
                        to="prompts.draft",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="run",
            name="comparison",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="runs",
                to="runs.comparison",
            ),
        ),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(fields=["team", "-id"], name="comparisons_of_team"),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.UniqueConstraint(fields=("team", "id"), name="comparison_in_team"),
        ),
        same_team("runs_run", "comparison_id", "runs_comparison"),
        same_team("runs_comparison", "draft_id", "prompts_draft"),
    ]
