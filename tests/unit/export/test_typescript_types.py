"""What the SDK's types lack is spread or cast, at the smallest place, and nothing else is."""

from workbench.export.typescript.layout import render
from workbench.export.typescript.shapes import request_kind, shapes
from workbench.export.typescript.values import Writer

BASE = {"model": "claude-opus-5-5", "max_tokens": 100}


def written(body, *, checked=True, has_sampling=False):
    writer = Writer()
    code = render(writer.value(body, request_kind(has_sampling=has_sampling), checked=checked))
    assert writer.has_casts is ("as never" in code)
    assert writer.has_spreads is ("...{" in code)
    return code


def with_content(block, **options):
    return written({**BASE, "messages": [{"role": "user", "content": [block]}]}, **options)


def test_the_table_names_only_shapes_that_it_has():
    for name, shape in shapes().items():
        kinds = [*shape.fields.values(), *([shape.rest] if shape.rest else [])]
        for kind in (inner for outer in kinds for inner in (outer, outer.items) if inner):
            plain = {"string", "number", "boolean", "null", "unknown"}
            assert set(kind.names) - plain <= shapes().keys(), name


def test_what_the_types_have_is_neither_spread_nor_cast():
    code = written(
        {
            **BASE,
            "system": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}],
            "thinking": {"type": "adaptive", "display": "summarized"},
            "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {}}},
            "tools": [
                {"name": "a", "input_schema": {"type": "object", "x": {"y": 1}}, "strict": True},
                {"type": "web_search_20250305", "name": "web_search", "max_uses": 3},
            ],
            "tool_choice": {"type": "tool", "name": "a"},
            "messages": [
                {"role": "user", "content": "Hi"},
                {
                    "role": "assistant",
                    "content": [{"type": "tool_use", "id": "1", "name": "a", "input": {"b": [1]}}],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "1", "content": "x"},
                        {"type": "image", "source": {"type": "url", "url": "https://a/b.png"}},
                    ],
                },
            ],
        }
    )
    assert "as never" not in code
    assert "...{" not in code


def test_sampling_is_in_the_types_of_the_old_sdk_only():
    body = {**BASE, "temperature": 0.2, "top_k": 4, "messages": []}
    assert "...{ temperature: 0.2, top_k: 4 }" in written(body)
    assert "...{" not in written(body, has_sampling=True)


def test_a_field_that_is_unknown_is_spread_where_the_compiler_looks():
    block = {"type": "text", "text": "Hi", "new": 1, "newer": 2}
    assert '{ type: "text", text: "Hi", ...{ new: 1, newer: 2 } }' in with_content(block)
    assert "newer: 2 }" in with_content(block, checked=False)
    assert "...{" not in with_content(block, checked=False)


def test_a_block_that_is_unknown_is_cast_alone():
    assert '[{ type: "new" } as never]' in with_content({"type": "new"})
    assert '["Hi" as never]' in with_content("Hi")
    assert '{ type: "text", text: 5 as never }' in with_content({"type": "text", "text": 5})


def test_an_argument_is_cast_where_only_certain_texts_are_allowed():
    writer = Writer({"WHO": "who"})
    turn = {"role": "user", "content": "{{WHO}}"}
    kind = request_kind(has_sampling=False)
    code = render(writer.value({**BASE, "model": "{{WHO}}", "messages": [turn]}, kind))
    assert "model: who," in code
    assert "content: who }" in code
    code = render(writer.value({**BASE, "speed": "{{WHO}}", "messages": []}, kind))
    assert "speed: who as never" in code


def test_a_request_without_what_is_required_is_cast_as_a_whole():
    assert written({"model": "claude-opus-5-5"}) == '{ model: "claude-opus-5-5" } as never'


def test_a_field_that_every_object_has_is_cast_with_its_object():
    block = {"type": "text", "text": "Hi", "constructor": 1}
    assert '{ type: "text", text: "Hi", constructor: 1 } as never' in with_content(block)
