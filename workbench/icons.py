"""The template tags of the package heroicons that we use, with each icon drawn once.

The package builds an SVG anew at every place, and a list has hundreds of them. ``settings.py`` puts
this library in place of the package's own: ``{% load heroicons %}`` loads it.
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
