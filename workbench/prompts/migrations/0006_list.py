from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("prompts", "0005_library_rows")]

    operations = [
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index("team", Lower("name"), "id", name="prompts_by_lower_name"),
        ),
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index(
                fields=["team", "-updated_at", "-id"],
                name="archived_prompts",
                condition=models.Q(("archived_at__isnull", False)),
            ),
        ),
    ]
