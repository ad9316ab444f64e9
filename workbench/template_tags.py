"""Template tags of every page; loaded as a builtin, so templates need no ``{% load %}``.

Numbers, money and durations have one form on the whole site, decided here. An absent figure is an
en dash, an unknown cost is the word "unknown": never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from django.forms import BoundField
from django.template import Context, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = Library()

# A template hands over "" for a variable that does not exist.
Missing = Literal[""] | None
Figure = int | float | Missing

ABSENT = "–"
THEMES = ("light", "dark")
TIME_FORMATS = {"datetime": "%-d %b %Y, %H:%M", "date": "%-d %b %Y", "clock": "%H:%M"}


@register.simple_tag(takes_context=True)
def csp_nonce(context: Context) -> SafeString:
    """`` nonce="…"`` for a script tag, or nothing where the page has no policy."""
    # str() makes the nonce; until somebody asks for it the middleware puts none into the policy.
    nonce = str(getattr(context.get("request"), "csp_nonce", ""))
    return format_html(' nonce="{}"', nonce) if nonce else mark_safe("")


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """`` data-theme="…"`` if the person chose a theme (cookie); without a choice nothing."""
    theme = getattr(context.get("request"), "COOKIES", {}).get("theme", "")
    return format_html(' data-theme="{}"', theme) if theme in THEMES else mark_safe("")


@register.simple_tag(takes_context=True)
def current(context: Context, *view_names: str) -> SafeString:
    """`` aria-current="page"`` if the request's view is one of ``view_names``.

    A name that ends in ``:`` stands for a whole namespace.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    name = getattr(match, "view_name", None) or ""
    here = any(name.startswith(item) if item.endswith(":") else name == item for item in view_names)
    return mark_safe(' aria-current="page"') if here else mark_safe("")


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    word: str,
    action: str,
    *,
    url: str,
    of: object = "",
    key: object = "",
    look: str = "",
    name: str = "",
    value: object = "",
) -> SafeString:
    """A button ``word`` that opens a menu, in which the button ``action`` posts to ``url``.

    The block says above it what comes of it. ``of`` is what it is about, for the name of the first
    button, and ``key`` tells its menu from others of the page; ``look`` is words such as "small
    danger". ``name`` and ``value`` are posted too.
    """
    values = {
        "sentence": content,
        "word": word,
        "action": action,
        "url": url,
        "of": of,
        "id": "-".join(filter(None, ["ask", *word.lower().split(), str(key)])),
        "look": " ".join(["button", *(f"button-{each}" for each in look.split())]),
        "name": name,
        "value": value,
        "csrf_token": context.get("csrf_token"),
    }
    assert context.template is not None
    template = context.template.engine.get_template("parts/confirm.html")
    return template.render(context.new(values))


@register.simple_tag
def time(moment: datetime | date | None, form: str = "datetime") -> SafeString:
    """``moment`` as ``<time>`` in UTC; ``<wb-time>`` shows it in the browser's zone.

    ``form`` is ``datetime``, ``date`` or ``clock``. A plain ``date`` has no zone and is not moved.
    """
    if moment is None or moment == "":
        return mark_safe(ABSENT)
    if not isinstance(moment, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', moment, moment.strftime(TIME_FORMATS["date"])
        )
    utc = moment.astimezone(UTC)
    zone = "" if form == "date" else " UTC"
    return format_html(
        '<wb-time format="{}"><time datetime="{}">{}{}</time></wb-time>',
        form,
        utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
        utc.strftime(TIME_FORMATS[form]),
        zone,
    )


@register.filter
def number(value: Figure) -> str:
    """``1204`` as ``1,204``."""
    return ABSENT if value is None or value == "" else f"{value:,}"


@register.filter
def entry(mapping: Mapping[str, Any] | Missing, key: object) -> Any:
    """What a mapping holds under ``key``; nothing of a missing mapping or key."""
    return mapping.get(str(key)) if mapping else None


@register.filter
def can(access: Any, ability: str) -> bool:
    """Whether the page's ``access`` to a team has ``ability``; without one nobody can anything."""
    return bool(access) and access.can(ability)


@register.filter
def cost(usd: Decimal | Missing) -> str:
    """US dollars: two places from $1 on, below that four significant ones at most."""
    if usd is None or usd == "":
        return "unknown"
    amount = Decimal(usd)
    if amount == 0:
        return "$0"
    if abs(amount) < Decimal("0.00005"):
        return "< $0.0001"
    step = Decimal("0.01") if abs(amount) >= 1 else Decimal("0.0001")
    return f"${amount.quantize(step, ROUND_HALF_UP):,}"


@register.filter
def share(part: float) -> str:
    """``0.125`` as ``12.5 %``; little as ``under 0.1 %``."""
    return "under 0.1 %" if 0 < part < 0.001 else f"{part * 100:,.1f} %"


@register.filter
def duration(milliseconds: Figure) -> str:
    """``640`` as ``640 ms``, ``18400`` as ``18.4 s``, ``125000`` as ``2 min 5 s``."""
    if milliseconds is None or milliseconds == "":
        return ABSENT
    if milliseconds < 1_000:
        return f"{round(milliseconds)} ms"
    if milliseconds < 59_950:
        return f"{milliseconds / 1_000:.1f} s"
    seconds = round(milliseconds / 1_000)
    if seconds < 3_600:
        return f"{seconds // 60} min {seconds % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


@register.filter
def described_by(field: BoundField, ids: str) -> str:
    """A bound form field drawn with ``aria-describedby="ids"`` and, if wrong, ``aria-invalid``.

    The page opens with the cursor in the first one that is wrong.
    """
    attributes: dict[str, str | bool] = {}
    if ids.strip():
        attributes["aria-describedby"] = ids.strip()
    if field.errors:
        attributes["aria-invalid"] = "true"
        form = field.form
        attributes["autofocus"] = field.name == next(n for n in form.fields if n in form.errors)
    return field.as_widget(attrs=attributes)
