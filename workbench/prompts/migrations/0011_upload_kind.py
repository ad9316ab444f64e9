from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("prompts", "0010_list_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="libraryupload",
            name="kind",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
    ]
