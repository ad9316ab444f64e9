"""Indexes for what the list is narrowed by and ordered by; those that nothing asks for go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prompts", "0009_search")]

    operations = [
        migrations.RemoveIndex(model_name="prompt", name="prompts_by_name"),
        migrations.RemoveIndex(model_name="prompt", name="prompts_by_model"),
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index(
                fields=["team", "latest_model", "-updated_at", "-id"], name="prompts_by_model"
            ),
        ),
        migrations.AlterField(
            model_name="prompt",
            name="latest_system",
            field=models.SlugField(blank=True, db_index=False, default="", max_length=80),
        ),
    ]
