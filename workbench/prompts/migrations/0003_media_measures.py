from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0002_same_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="media",
            name="height",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="media",
            name="pages",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="media",
            name="width",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
