"""What people paste into a prompt, and what breaks literals, shells and pages."""

from __future__ import annotations

LONG_WORDS = "The quick brown fox jumps over the lazy dog. " * 60

_MARKDOWN = """\
# Task

You are a *careful* reviewer. Answer in **JSON**:

```json
{"verdict": "ok", "why": "because \\"it is\\""}
```

1. Read `README.md`
   - then `src/`
\t- a tab
2. Stop.

> The end.
"""

_PYTHON = '''\
def greet(name: str) -> str:
    """Say 'hello' to {name}."""
    return f"Hello, {name}!\\n" + r"C:\\new\\table" + '\\''
'''

_SHELL = """\
#!/bin/bash
set -euo pipefail
cat <<'EOF' | curl -d @- "$HOST/`date`"
EOF
echo "$(id)" ${HOME:-none} $((1 + 1)) !history 'it'\\''s' \\
  && exit
"""

_SCRIPT = """\
const s = `a ${b} \\` c`; // comment
let t = '\\u2028' + "\\x00"; /* </script> */
"""

_XML = "<document>\n  <![CDATA[ <a href='x'>&amp;</a> ]]>\n</document></script><!-- -->"

TEXTS: dict[str, str] = {
    "plain": "Say hello.",
    "one letter": "x",
    "blank": " ",
    "empty": "",
    "line feed alone": "\n",
    "ends in a line feed": "A question\n",
    "begins with a line feed": "\nA question",
    "many line feeds": "\n\n\na\n\n\n\nb\n\n",
    "ends in blanks": "A question   ",
    "blanks at the ends of lines": "one  \ntwo\t\n three \t \n\nfour ",
    "blank lines that hold blanks": "one\n    \n\t\ntwo\n  ",
    "begins with blanks": "    indented\n  less\nnot",
    "tabs": "a\tb\n\tc\t\td",
    "CRLF": "one\r\ntwo\rthree\r\n",
    "double quotes": 'She said "yes" and "no".',
    "single quotes": "It's 'fine', isn't it?",
    "both quotes": '"It\'s" \'a "test"\'',
    "both quotes on lines": '"It\'s"\n\'a "test"\'\n"',
    "ends in a double quote": 'She said\n"yes"',
    "ends in a single quote": "She said\n'yes'",
    "three double quotes": 'a """ b """" c """"""\n"""',
    "three single quotes": "a ''' b '''' c\n'''",
    "three of both": "''' and \"\"\"\nand '''\"\"\"'''\"",
    "one backslash": "\\",
    "backslashes": "C:\\new\\table \\\\ \\n \\t \\u0041 \\x41 \\N{DASH} \\0 \\' \\\" \\",
    "backslashes on lines": "one\\\ntwo \\\\\nC:\\new\\\n\\",
    "backslash and quotes": '\\" \\\\" \\\\\\"\n\\\'\\"""\\',
    "backticks": "`a` ``b`` ```c```",
    "backticks on lines": "```python\nprint(`1`)\n```\n`",
    "interpolation": "${HOME} ${} $${a} \\${b} $x #{ruby} %s %(a)s {0} {} {{}} {name!r}",
    "interpolation on lines": "${HOME}\n`${b}`\n$\n{\n$`",
    "ends in a dollar": "It costs 5$",
    "command": "$(id) `id` ; rm -rf / # & | > < * ? ~ !! !x",
    "command on lines": "$(id)\n`id`\n!x\n; ls\n&& ls",
    "percent": "100% %PATH% %% %d %(name)s",
    "at and ampersand": "@file @- &a=b +c %20",
    "markers": "Dear {{NAME}}, {{ NAME }} {{{NAME}}} {{1}} {{}} {{A-B}}",
    "template of another kind": "{% if x %}{{ y|safe }}{% endif %}<%= z %>[[w]]",
    "script end": "</script><script>alert('x')</script><!--",
    "line separators": "a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\x1dh\x1ei",
    "line separators on lines": "a\u2028b\n\u2029c\nd\u0085\n\x0b\n\x0c",
    "NUL": "a\x00b",
    "control letters": "".join(chr(code) for code in range(1, 32)) + "\x7f\x80\x9f",
    "escape sequence": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \b\b",
    "lone surrogates": "a\ud83d b\udc00 c",
    "split pair": "a\ud83d\ude00b",
    "emoji": "👋 👩‍👩‍👧‍👦 🏳️‍🌈 🇪🇺 1️⃣ 👍🏽",
    "beyond the first plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 \U0010ffff \U00020000",
    "combining": "e\u0301 é ﬁ Å \u1100\u1161 क्षि ȷ\u0323\u0307",
    "right to left": "שלום עולם \u202eevil\u202c مرحبا",
    "invisible": "zero\u200bwidth \ufeffmark soft\u00adhyphen no\u00a0break \u2060 \u180e",
    "byte order mark first": "\ufeffHi",
    "not characters": "\ufffe \uffff \ufdd0 \ufffd",
    "Chinese and Japanese": "你好,世界。今日はいい天気ですね。",
    "Greek and umlauts": "Ελληνικά, Größe, naïve, Łódź, İstanbul, straße",
    "curly quotes": "“Hi” ‘there’ «you» — … – •",
    "JSON": '{"a": [1, 2, {"b": "c\\"d"}], "e": null}\n',
    "JSON on lines": '{\n  "a": "b\\n",\n  "c": "\\u00e9"\n}',
    "Markdown": _MARKDOWN,
    "Python": _PYTHON,
    "shell": _SHELL,
    "script": _SCRIPT,
    "XML": _XML,
    "here document": "EOF\n'EOF'\nEND\nBODY\nJSON\nREQUEST\nPROMPT\nEOF",
    "comment ends": "*/ /* // # -- <!-- --> '''\n*/\n# x",
    "old prompt": "\n\nHuman: Hi\n\nAssistant: Hello",
    "looks like a key": "sk-ant-api03-not-a-key and AKIA0000",
    "looks like a header": "anthropic-version: 2023-06-01\nx-api-key: none",
    "looks like an address": "https://api.anthropic.com/v1/messages?beta=true#x",
    "looks like a number": "0012",
    "looks like a constant": "None null true undefined NaN",
    "one long line": LONG_WORDS,
    "one long word": "a" * 3_000,
    "long line without ASCII": "Größe 你好 " * 150,
    "99 letters": "x" * 99,
    "hundred lines": "\n".join(
        f"{number}. line with 'quotes' \\ {number}" for number in range(100)
    ),
    "long lines on lines": f"{LONG_WORDS}\n\n{LONG_WORDS}\n",
    "quotes in a long line": 'say "it\'s" ' * 40,
    "backslashes in a long line": "C:\\new\\x " * 40,
    "backticks in a long line": "`${a}` " * 60,
}
"""The texts by their names; `MessageRequest` cleans what cannot be sent (CR, NUL, surrogates)."""
