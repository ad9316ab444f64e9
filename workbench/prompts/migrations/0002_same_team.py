from django.db import migrations

from workbench.accounts.same_team import same_team


class Migration(migrations.Migration):
    dependencies = [("prompts", "0001_initial")]

    operations = [
        same_team("prompts_promptversion", "prompt_id", "prompts_prompt"),
        same_team("prompts_draft", "prompt_id", "prompts_prompt"),
        same_team("prompts_label", "prompt_id", "prompts_prompt"),
        same_team("prompts_label", "version_id", "prompts_promptversion"),
        same_team("prompts_systempromptversion", "system_prompt_id", "prompts_systemprompt"),
    ]
