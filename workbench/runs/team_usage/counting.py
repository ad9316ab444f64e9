"""Adding a run that has ended to the sums of its day, so that no page adds up single runs."""

from __future__ import annotations

# In the transaction that ends the run, which happens once: so each run counts once. The day is
# that of the end, since before it nothing is known of its tokens.
COUNT = """
    INSERT INTO runs_usageday AS sums (team_id, day, user_id, prompt_id, model, upstream, runs,
        failed, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd,
        unpriced)
    SELECT team_id, (finished_at AT TIME ZONE 'UTC')::date, coalesce(user_id, 0),
        coalesce(prompt_id, 0), model, upstream, 1, (state <> 'succeeded')::int,
        coalesce(input_tokens, 0), coalesce(output_tokens, 0), coalesce(cache_read_tokens, 0),
        coalesce(cache_write_tokens, 0), coalesce(cost_usd, 0),
        (cost_usd IS NULL AND coalesce(output_tokens, input_tokens) IS NOT NULL
            AND NOT coalesce((cost->>'simulated')::boolean, false))::int
    FROM runs_run WHERE id = %s
    ON CONFLICT (team_id, day, user_id, prompt_id, model, upstream) DO UPDATE SET
        runs = sums.runs + 1,
        failed = sums.failed + excluded.failed,
        input_tokens = sums.input_tokens + excluded.input_tokens,
        output_tokens = sums.output_tokens + excluded.output_tokens,
        cache_read_tokens = sums.cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = sums.cache_write_tokens + excluded.cache_write_tokens,
        cost_usd = sums.cost_usd + excluded.cost_usd,
        unpriced = sums.unpriced + excluded.unpriced
"""
