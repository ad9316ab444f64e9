"""The model of each version in a column: which of them use one that retires."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Left


class Migration(migrations.Migration):
    dependencies = [("prompts", "0006_list")]

    operations = [
        migrations.AddField(
            model_name="promptversion",
            name="model",
            field=models.GeneratedField(
                expression=Left(KeyTextTransform("model", KeyTransform("body", "content")), 200),
                output_field=models.CharField(max_length=200, null=True),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            model_name="promptversion",
            index=models.Index(fields=["team", "model"], name="versions_by_model"),
        ),
    ]
