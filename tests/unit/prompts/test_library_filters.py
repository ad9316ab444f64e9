"""Laws of what people type to arrange and to find prompts."""

from __future__ import annotations

import unicodedata

from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.prompts.library.filters import SORTS, PromptFilter
from workbench.prompts.tags import LONGEST_TAG, MOST_TAGS, tags_of

typed = st.text(alphabet=st.characters(), max_size=60)


@given(typed)
@example("İ, i̇, I")
@example("ﬁ,fi , FI")
def test_tags_that_are_shown_and_read_again_stay_as_they_are(text):
    try:
        tags = tags_of(text)
    except ValueError:
        return
    assert tags_of(", ".join(tags)) == tags
    folded = [unicodedata.normalize("NFKC", tag).casefold() for tag in tags]
    assert len(set(folded)) == len(folded) <= MOST_TAGS
    assert all(tag.strip() == tag and 0 < len(tag) <= LONGEST_TAG for tag in tags)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("q", "tag", "author", "model", "label", "before"), typed)
        | {name: st.sampled_from(["1", "0", ""]) for name in ("retiring", "starred", "archived")}
        | {"sort": st.sampled_from([*SORTS, "other"])},
    )
)
def test_every_state_of_the_list_is_read_back_from_its_address(query):
    state = PromptFilter.from_query(query)
    assert PromptFilter.from_query(QueryDict(state.query()).dict()) == state
    assert "\x00" not in state.q + state.tag + state.model + state.label
