from django.db import migrations

from workbench.accounts.same_team import same_team

_PARENTS = {
    "prompt_id": "prompts_prompt",
    "run_id": "runs_run",
    "comparison_id": "runs_comparison",
    "proposal_id": "sharing_proposal",
    "comment_id": "sharing_comment",
    "parent_id": "sharing_comment",
    "webhook_id": "sharing_webhook",
}
_CHILDREN = {
    "sharing_sharelink": ("prompt_id", "run_id", "comparison_id"),
    "sharing_proposal": ("prompt_id",),
    "sharing_comment": ("prompt_id", "run_id", "proposal_id", "parent_id"),
    "sharing_notice": ("comment_id", "proposal_id"),
    "sharing_delivery": ("webhook_id",),
}


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]

    operations = [
        same_team(child, column, _PARENTS[column])
        for child, columns in _CHILDREN.items()
        for column in columns
    ]
