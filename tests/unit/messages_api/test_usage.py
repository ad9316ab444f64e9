import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.messages_api import Usage, normalise_usage

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=2),
    lambda inner: st.dictionaries(
        st.sampled_from(["input_tokens", "cache_creation", "server_tool_use"]), inner
    ),
)


def test_all_counts_are_found():
    usage = normalise_usage(
        {
            "input_tokens": 1,
            "output_tokens": 2,
            "cache_read_input_tokens": 3,
            "cache_creation_input_tokens": 9,
            "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 5},
            "output_tokens_details": {"thinking_tokens": 6},
            "server_tool_use": {"web_search_requests": 7, "web_fetch_requests": 8},
        }
    )
    assert usage == Usage(1, 2, 6, 3, 9, 4, 5, 7, 8)


@pytest.mark.parametrize("absurd", [-1, 2**40 + 1, 2**63, 1.5, "7", True, None, [], {}])
def test_an_absurd_count_is_unknown_and_not_zero(absurd):
    assert normalise_usage({"input_tokens": absurd}) == Usage()


@pytest.mark.parametrize("missing", [None, {}, [], "x", {"server_tool_use": None}])
def test_missing_usage_is_unknown(missing):
    assert normalise_usage(missing) == Usage()


def test_the_limits_themselves_are_counts():
    assert normalise_usage({"input_tokens": 0, "output_tokens": 2**40}) == Usage(0, 2**40)


@given(JSON_VALUES)
def test_no_value_raises(value):
    assert isinstance(normalise_usage(value), Usage)
