"""Who a comment mentions, and what its text is as HTML."""

from __future__ import annotations

import pytest

from workbench.sharing.comments.mentions import Ambiguous, members_of, mentioned
from workbench.sharing.comments.wording import shown

MEMBERS = members_of(
    [
        (1, "Erin", "erin@example.com"),
        (2, "Erin Miller", "miller@example.com"),
        (3, "Groß", "gross@example.com"),
        (4, "Bob", "bob@example.com"),
        (5, "bob", "bobby@example.com"),
        (6, "", "nameless@example.com"),
        (7, "a.*(b)", "pattern@example.com"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Erin, look", {"Erin": 1}),
        ("(@erin miller) and @ERIN", {"erin miller": 2, "ERIN": 1}),
        ("@Erins", {}),
        ("mail erin@Erin", {}),
        ("https://example.com/@Erin", {}),
        ("@Erin@example.com", {}),
        ("ask @Groß or @GROSS", {"Groß": 3}),
        ("@bob@example.com and @bobby@example.com", {"bob@example.com": 4, "bobby@example.com": 5}),
        ("@nameless@example.com", {"nameless@example.com": 6}),
        ("@a.*(b) @axx", {"a.*(b)": 7}),
        ("@nobody", {}),
        ("@", {}),
    ],
)
def test_members_are_found_by_their_whole_name(text: str, found: dict[str, int]) -> None:
    assert mentioned(text, MEMBERS) == found


def test_a_name_that_two_have_is_refused_with_a_way_out() -> None:
    with pytest.raises(Ambiguous, match="write @ and the e-mail address"):
        mentioned("hello @Bob", MEMBERS)


def test_without_members_nobody_is_mentioned() -> None:
    assert mentioned("@Erin @", []) == {}


def test_letters_that_only_the_pattern_takes_for_the_same_name_nobody() -> None:
    assert mentioned("@İ", members_of([(1, "i", "i@example.com")])) == {}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("two\nlines", "two\nlines"),
        (
            "(see https://example.com/a?b=1&c=2).",
            '(see <a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">'
            "https://example.com/a?b=1&amp;c=2</a>).",
        ),
        ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
        (
            'https://e.com/"onmouseover="alert(1)',
            '<a href="https://e.com/" rel="noopener noreferrer nofollow">https://e.com/</a>'
            "&quot;onmouseover=&quot;alert(1)",
        ),
        ("@<b> & @Erin", "<strong>@&lt;b&gt;</strong> &amp; <strong>@Erin</strong>"),
        ("@Erins @Eri", "@Erins @Eri"),
    ],
)
def test_a_text_is_shown_as_it_was_typed(text: str, html: str) -> None:
    assert shown(text, ["Erin", "<b>"]) == html
