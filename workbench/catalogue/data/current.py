"""The current models, newest first.

Sources: platform.claude.com pages models/overview, model-deprecations, pricing, thinking, effort,
the "what's new" pages (read 2026-10-10) and the release notes (read 2026-11-12).
"""

from datetime import date

from workbench.catalogue.data.values import ALL_LEVELS, price
from workbench.catalogue.model import Model, Rules

_OVERVIEW = "docs 2026-10-10: models/overview, model-deprecations, pricing, thinking, effort"
_FABLE_5_2 = (
    "docs 2026-11-12: release-notes, whats-new-fable-5-2; cache prices, 2026-11: three third "
    "parties that agree (developersdigest, apiyi, rightsize 0.10.2)"
)

# Of the 5.2 pair, tool_choice, "between_tools", "enabled", system turns, the effort levels and
# the minimum cache length are not stated in any page read, so they stay unknown.
_FABLE_5_2_RULES = Rules(
    sampling=False,
    prefill=False,
    thinking_default="always",
    thinking_types=frozenset({"adaptive"}),
    thinking_types_unconfirmed=frozenset({"between_tools", "enabled"}),
    default_effort="high",
    inference_geo=True,
    structured_outputs=True,
)
_FABLE_5_1_RULES = Rules(
    sampling=False,
    prefill=False,
    forced_tool_choice=False,
    thinking_default="always",
    thinking_types=frozenset({"adaptive"}),
    effort_levels=ALL_LEVELS,
    default_effort="high",
    system_turns=True,
    inference_geo=True,
    structured_outputs=True,
)

CURRENT: tuple[Model, ...] = (
    Model(
        id="claude-fable-5-2",
        display_name="Claude Fable 5.2",
        line="fable",
        state="active",
        released_on=date(2026, 11, 9),
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        prices=(price("8", "40", write_5m="10", write_1h="16", read="0.20"),),
        rules=_FABLE_5_2_RULES,
        source=_FABLE_5_2,
    ),
    Model(
        id="claude-mythos-5-2",
        display_name="Claude Mythos 5.2",
        line="mythos",
        state="active",
        released_on=date(2026, 11, 9),
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        prices=(price("8", "40", write_5m="10", write_1h="16", read="0.20"),),
        rules=_FABLE_5_2_RULES,
        remark="Only for verified organisations.",
        source=_FABLE_5_2,
    ),
    Model(
        id="claude-haiku-5-5",
        display_name="Claude Haiku 5.5",
        line="haiku",
        state="active",
        released_on=date(2026, 10, 7),
        retires_not_before=date(2027, 10, 7),
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        prices=(
            price(
                "0.10",
                "0.50",
                write_5m="0.125",
                write_1h="0.20",
                read="0.01",
                up_to_prompt_tokens=100_000,
            ),
            price("0.50", "2.50", write_5m="0.625", write_1h="1.00", read="0.05"),
        ),
        rules=Rules(
            sampling=False,
            exact_top_p=True,
            prefill=False,
            forced_tool_choice=True,
            thinking_default="on",
            thinking_types=frozenset({"adaptive", "disabled"}),
            disabled_max_effort="high",
            effort_levels=ALL_LEVELS,
            default_effort="medium",
            minimum_cache_tokens=512,
            inference_geo=True,
            structured_outputs=True,
        ),
        source=f"{_OVERVIEW}, haiku-5-5/overview, haiku-5-5/migration-guide",
    ),
    Model(
        id="claude-sonnet-5-5",
        display_name="Claude Sonnet 5.5",
        line="sonnet",
        state="active",
        released_on=date(2026, 9, 28),
        retires_not_before=date(2027, 9, 28),
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        # The cache read price was lowered on 2026-10-07.
        prices=(price("2", "10", write_5m="2.50", write_1h="4", read="0.10"),),
        rules=Rules(
            sampling=False,
            prefill=False,
            forced_tool_choice=False,
            thinking_default="on",
            thinking_types=frozenset({"adaptive", "between_tools"}),
            disabled_max_effort="high",
            effort_levels=ALL_LEVELS,
            default_effort="high",
            system_turns=True,
            minimum_cache_tokens=512,
            inference_geo=True,
            structured_outputs=True,
        ),
        source=f"{_OVERVIEW}, whats-new-sonnet-5-5",
    ),
    Model(
        id="claude-opus-5-5",
        display_name="Claude Opus 5.5",
        line="opus",
        state="active",
        released_on=date(2026, 9, 22),
        retires_not_before=date(2027, 9, 22),
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        prices=(price("4", "20", write_5m="5", write_1h="8", read="0.20"),),
        # Fast mode exists for this model, its price is not published in the pages read.
        rules=Rules(
            sampling=False,
            prefill=False,
            forced_tool_choice=False,
            thinking_default="always",
            thinking_types=frozenset({"adaptive"}),
            effort_levels=ALL_LEVELS,
            default_effort="medium",
            system_turns=True,
            minimum_cache_tokens=512,
            inference_geo=True,
            fast_mode=True,
            structured_outputs=True,
        ),
        source=f"{_OVERVIEW}, whats-new-opus-5-5",
    ),
    Model(
        id="claude-fable-5-1",
        display_name="Claude Fable 5.1",
        line="fable",
        state="active",
        released_on=date(2026, 9, 1),
        retires_not_before=date(2027, 9, 1),
        successor="claude-fable-5-2",
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        prices=(price("10", "50", write_5m="12.50", write_1h="20", read="0.25"),),
        rules=_FABLE_5_1_RULES,
        source=_OVERVIEW,
    ),
    Model(
        id="claude-mythos-5-1",
        display_name="Claude Mythos 5.1",
        line="mythos",
        state="active",
        released_on=date(2026, 9, 1),
        retires_not_before=date(2027, 9, 1),
        successor="claude-mythos-5-2",
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        prices=(price("10", "50", write_5m="12.50", write_1h="20", read="0.25"),),
        rules=_FABLE_5_1_RULES,
        source=_OVERVIEW,
    ),
)
