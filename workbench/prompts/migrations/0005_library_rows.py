"""Foreign keys within the team for the tables of the library, and what the list shows of prompts."""

from django.db import migrations

from workbench.accounts.same_team import same_team

AUTHORS = """
UPDATE prompts_promptversion version SET author_name = left(coalesce(nullif(author.name, ''), author.email), 200)
FROM accounts_user author WHERE author.id = version.author_id
"""
LATEST = """
UPDATE prompts_prompt prompt
SET latest_author_id = version.author_id,
    latest_model = left(coalesce(version.content -> 'body' ->> 'model', ''), 200)
FROM prompts_promptversion version
WHERE version.prompt_id = prompt.id AND version.number = prompt.latest_number
"""


class Migration(migrations.Migration):
    dependencies = [("prompts", "0004_library")]

    operations = [
        same_team("prompts_draftcopy", "draft_id", "prompts_draft"),
        same_team("prompts_labelmove", "prompt_id", "prompts_prompt"),
        same_team("prompts_presence", "prompt_id", "prompts_prompt"),
        same_team("prompts_star", "prompt_id", "prompts_prompt"),
        same_team("prompts_valueset", "prompt_id", "prompts_prompt"),
        # What these change must be checked before a later migration alters the tables again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", ""),
        migrations.RunSQL(AUTHORS, ""),
        migrations.RunSQL(LATEST, ""),
        migrations.RunSQL("SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS ALL IMMEDIATE"),
    ]
