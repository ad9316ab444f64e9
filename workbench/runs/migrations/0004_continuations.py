import django.db.models.deletion
from django.db import migrations, models

from workbench.accounts.same_team import same_team


class Migration(migrations.Migration):
    dependencies = [("runs", "0003_comparisons")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="continues",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="continuations",
                to="runs.run",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="mock_round",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        same_team("runs_run", "continues_id", "runs_run"),
    ]
