"""What the typed arguments take, held against the installed SDK."""

import pytest

from tests.unit.export import python_signatures
from tests.unit.export.python_requests import IMAGE
from workbench.export.python.signatures import signature

USER = {"role": "user", "content": "Hello"}


def test_the_table_says_what_the_installed_sdk_says():
    installed, table = python_signatures.read(), signature("2")
    assert set(table.arguments) <= set(installed["arguments"])
    for name, fields in table.types.items():
        now = installed["types"][name]
        assert set(fields) <= set(now), name
        required = {key for key in now if not key.endswith("?")}
        assert required == {key for key in fields if not key.endswith("?")}, name


@pytest.mark.parametrize("generation", ["2", "1", "0"])
@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("max_tokens", 10, True),
        ("max_tokens", "10", False),
        ("model", "of-tomorrow", True),
        ("messages", [USER], True),
        ("messages", [{"role": "user", "content": [IMAGE]}], True),
        ("messages", [{"role": "user"}], False),
        ("messages", [{"role": "nobody", "content": "Hello"}], False),
        ("messages", [{**USER, "of_tomorrow": 1}], False),
        ("messages", "Hello", False),
        ("thinking", {"type": "adaptive", "display": "summarized"}, True),
        ("thinking", {"type": "enabled"}, False),
        ("cache_control", None, True),
        ("metadata", None, False),
        ("user_profile_id", "a", False),
        ("workspace_id", "a", False),
        ("timeout", 1, False),
        ("extra_body", {}, False),
        ("output_format", None, False),
    ],
)
def test_an_argument_takes_what_its_type_says(generation, name, value, is_taken):
    assert signature(generation).takes(name, value) == is_taken


def test_generations_differ_where_their_sdks_do():
    assert signature("0").takes("temperature", 1)
    assert not signature("1").takes("temperature", 1)
    assert signature("2").takes("thinking", {"type": "between_tools"})
    assert not signature("0").takes("thinking", {"type": "between_tools"})


def test_a_list_or_an_object_of_another_kind_can_still_be_an_argument():
    assert signature("2").takes_roughly("messages", [{"role": "nobody"}])
    assert signature("2").takes_roughly("thinking", {"type": "of tomorrow"})
    assert not signature("2").takes_roughly("messages", {"role": "user"})
    assert not signature("2").takes_roughly("thinking", ["adaptive"])
    assert not signature("2").takes_roughly("model", {})
