"""Icons as builtins of every template: those of the package heroicons, each drawn once.

The package's own tags build an SVG anew at every place, and a list has hundreds of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template import Library
from django.utils.safestring import mark_safe
from heroicons.templatetags import heroicons

register = Library()


@register.simple_tag
@cache
def heroicon_micro(name: str, **attributes: Any) -> str:
    """The icon as inline SVG, 16 px; an unknown ``name`` raises ``heroicons.IconDoesNotExist``."""
    return mark_safe(heroicons.heroicon_micro(name, **attributes))


@register.simple_tag
@cache
def heroicon_outline(name: str, **attributes: Any) -> str:
    """The same in thin lines, 24 px unless ``size`` says otherwise."""
    return mark_safe(heroicons.heroicon_outline(name, **attributes))
