from django.db import migrations

# What ``spending.settling`` adds from now on, for the runs of this month that began before there
# were sums. Each is marked as one that holds nothing back, so that it counts once: run again, this
# finds none. One that is still going on gets its rows here and counts when it ends.
SPENT = """
    WITH counted AS (
        UPDATE runs_run SET reserved_usd = 0
        WHERE reserved_usd IS NULL AND upstream NOT IN ('simulator', '(imported)')
            AND created_at >= date_trunc('month', now(), 'UTC')
        RETURNING team_id, user_id, connection_id, coalesce(cost_usd, 0) AS usd,
            date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month
    )
    INSERT INTO runs_spending AS sums (team_id, month, scope, spent_usd)
    SELECT team_id, month, scope, sum(usd)
    FROM counted, LATERAL (VALUES
        ('team'), ('user:' || user_id), ('connection:' || connection_id)
    ) AS one (scope)
    WHERE scope IS NOT NULL
    GROUP BY team_id, month, scope
    ORDER BY team_id, month, scope
    ON CONFLICT (team_id, month, scope) DO UPDATE
    SET spent_usd = sums.spent_usd + excluded.spent_usd
"""


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0009_usage_sums'),
    ]

    operations = [
        migrations.RunSQL(SPENT, migrations.RunSQL.noop),
    ]
