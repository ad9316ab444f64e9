"""The forms of numbers, money, times and tags that every page uses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, engines
from django.test import RequestFactory

from workbench import template_tags


def context(path: str = "/", **cookies: str) -> Context:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return Context({"request": request})


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1204, "1,204"), (1_000_000, "1,000,000"), (None, "–"), ("", "–")],
)
def test_a_number_has_thousands_and_an_absent_one_a_dash(value, shown):
    assert template_tags.number(value) == shown


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (None, "unknown"),
        (Decimal(0), "$0"),
        (Decimal("0.00001"), "< $0.0001"),
        (Decimal("0.01915"), "$0.0192"),
        (Decimal("2.414"), "$2.41"),
        (Decimal("1234.5"), "$1,234.50"),
    ],
)
def test_money_keeps_what_matters_and_an_unknown_cost_is_never_zero(usd, shown):
    assert template_tags.cost(usd) == shown


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0, "0 ms"),
        (640, "640 ms"),
        (18_400, "18.4 s"),
        (59_949, "59.9 s"),
        (59_951, "1 min 0 s"),
        (125_000, "2 min 5 s"),
        (3_599_800, "1 h 0 min"),
        (3_780_000, "1 h 3 min"),
        (None, "–"),
    ],
)
def test_a_duration_grows_from_milliseconds_to_hours(milliseconds, shown):
    assert template_tags.duration(milliseconds) == shown


def test_a_time_is_written_in_utc_for_the_browser_to_move():
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    moment = datetime(2026, 11, 20, 19, 47, 11, tzinfo=kathmandu)

    html = template_tags.time(moment)

    assert 'datetime="2026-11-20T14:02:11Z"' in html
    assert ">20 Nov 2026, 14:02 UTC<" in html


def test_a_plain_date_is_not_moved_to_another_zone():
    html = template_tags.time(date(2026, 11, 20))

    assert html == '<time datetime="2026-11-20">20 Nov 2026</time>'


def test_a_missing_time_is_a_dash():
    assert template_tags.time(None) == "–"


def test_the_clock_form_shows_no_date():
    html = template_tags.time(datetime(2026, 11, 20, 9, 5, tzinfo=UTC), "clock")

    assert ">09:05 UTC<" in html
    assert 'format="clock"' in html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_in_the_first_byte_of_the_page(theme):
    assert template_tags.theme_attribute(context(theme=theme)) == f' data-theme="{theme}"'


@pytest.mark.parametrize("cookie", ["", "system", '"><script>'])
def test_a_theme_cookie_that_is_no_theme_leaves_no_trace(cookie):
    assert template_tags.theme_attribute(context(theme=cookie)) == ""


def test_a_button_that_asks_first_says_what_it_is_about_and_posts_what_it_is_told():
    page = engines["django"].from_string(
        '{% confirm "Disable" "Disable it" url="/state/" of=name key=7 look="small danger"'
        ' name="state" value=name %}“{{ name }}” stays out.{% endconfirm %}'
    )

    html = page.render({"name": '"><b>'}, RequestFactory().get("/"))

    told = "&quot;&gt;&lt;b&gt;"
    assert 'class="button button-small button-danger" popovertarget="ask-disable-7"' in html
    assert f'aria-label="Disable {told}">Disable</button>' in html
    assert 'id="ask-disable-7" popover' in html
    assert '<form method="post" action="/state/" data-once hx-disable>' in html
    assert f"“{told}” stays out." in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert f'name="state" value="{told}">Disable it</button>' in html


def test_a_button_that_asks_first_needs_neither_a_name_of_its_own_nor_a_value():
    page = engines["django"].from_string('{% confirm "Leave" "Go" url="/" %}Sure.{% endconfirm %}')

    html = page.render({}, RequestFactory().get("/"))

    assert '<button type="button" class="button" popovertarget="ask-leave">Leave</button>' in html
    assert '<button class="button button-danger">Go</button>' in html


class ThreeFields(forms.Form):
    name = forms.CharField()
    days = forms.IntegerField()
    uses = forms.IntegerField()


def test_the_first_field_that_is_wrong_has_the_cursor():
    form = ThreeFields({"name": "Ana", "days": "none", "uses": "none"})
    drawn = {field.name: template_tags.described_by(field, "hint") for field in form}
    assert [name for name, html in drawn.items() if "aria-invalid" in html] == ["days", "uses"]
    assert [name for name, html in drawn.items() if "autofocus" in html] == ["days"]
