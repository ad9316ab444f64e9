from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0004_continuations")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="invalid_bytes",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
