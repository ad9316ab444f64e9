"""Adding a run that has ended to the sums of its day, so that no page adds up single runs.

It happens in the transaction that ends the run, and a run ends once: so each counts once. The day
is that of the end, since before it nothing is known of its tokens. The statement touches its rows
in one order (the kinds as they stand below), so that two runs never wait for each other.
"""

from __future__ import annotations

from .figures import FIGURES

_NAMES = ", ".join(FIGURES)
_ADDED = ", ".join(f"{name} = sums.{name} + excluded.{name}" for name in FIGURES)

COUNT = f"""
    WITH ended AS (
        SELECT team_id, (finished_at AT TIME ZONE 'UTC')::date AS day, upstream,
            coalesce(user_id, 0) AS user_id, coalesce(prompt_id, 0) AS prompt_id, model,
            1 AS runs, (state <> 'succeeded')::int AS failed,
            coalesce(input_tokens, 0) AS input_tokens,
            coalesce(output_tokens, 0) AS output_tokens,
            coalesce(cache_read_tokens, 0) AS cache_read_tokens,
            coalesce(cache_write_tokens, 0) AS cache_write_tokens,
            coalesce(cost_usd, 0) AS cost_usd,
            (cost_usd IS NULL AND coalesce(output_tokens, input_tokens) IS NOT NULL
                AND NOT coalesce((cost->>'simulated')::boolean, false))::int AS unpriced
        FROM runs_run WHERE id = %s
    ), detail AS (
        INSERT INTO runs_usageday AS sums
            (team_id, day, user_id, prompt_id, model, upstream, {_NAMES})
        SELECT team_id, day, user_id, prompt_id, model, upstream, {_NAMES} FROM ended
        ON CONFLICT (team_id, day, user_id, prompt_id, model, upstream) DO UPDATE SET {_ADDED}
    )
    INSERT INTO runs_usagesum AS sums (team_id, kind, day, key, upstream, {_NAMES})
    SELECT team_id, kind, day, key, upstream, {_NAMES}
    FROM ended, LATERAL (VALUES
        ('member', user_id::text), ('prompt', prompt_id::text), ('model', model), ('all', '')
    ) AS one (kind, key)
    ON CONFLICT (team_id, kind, day, key, upstream) DO UPDATE SET {_ADDED}
"""
