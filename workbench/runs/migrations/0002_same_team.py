from django.db import migrations

from workbench.accounts.same_team import same_team


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial"), ("prompts", "0002_same_team")]

    operations = [
        same_team("runs_run", "prompt_id", "prompts_prompt"),
        same_team("runs_run", "draft_id", "prompts_draft"),
        same_team("runs_run", "connection_id", "accounts_connection"),
    ]
