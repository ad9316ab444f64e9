from django.db import migrations

# What ``team_usage.counting`` adds from now on, for the runs that ended before.
_COUNT = """
    INSERT INTO runs_usageday (team_id, day, user_id, prompt_id, model, upstream, runs, failed,
        input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, unpriced)
    SELECT team_id, (finished_at AT TIME ZONE 'UTC')::date, coalesce(user_id, 0),
        coalesce(prompt_id, 0), model, upstream, count(*),
        count(*) FILTER (WHERE state <> 'succeeded'),
        coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0),
        coalesce(sum(cache_read_tokens), 0), coalesce(sum(cache_write_tokens), 0),
        coalesce(sum(cost_usd), 0),
        count(*) FILTER (WHERE cost_usd IS NULL
            AND coalesce(output_tokens, input_tokens) IS NOT NULL
            AND NOT coalesce((cost->>'simulated')::boolean, false))
    FROM runs_run
    WHERE state IN ('succeeded', 'failed', 'interrupted', 'cancelled')
        AND finished_at IS NOT NULL AND upstream <> '(imported)'
    GROUP BY 1, 2, 3, 4, 5, 6
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0008_spending")]

    operations = [migrations.RunSQL(_COUNT, "DELETE FROM runs_usageday")]
