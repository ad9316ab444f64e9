from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_api_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="code_choice",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
