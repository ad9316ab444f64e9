"""The merge of whole drafts, part by part."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings

from workbench.prompts.merging.conflict import Decision, Merged
from workbench.prompts.merging.contents import is_same_state, merge, plain
from workbench.prompts.tools.tool import digest

from .states import state, states, with_content

CALL = {"role": "assistant", "content": "Sure."}


def turns_of(merged: Merged) -> list[Any]:
    messages = merged.state["content"]["body"]["messages"]
    return [message["content"] for message in messages]


def parts_of(merged: Merged) -> list[str]:
    return [conflict.part for conflict in merged.conflicts]


def texts_in(value: Any) -> set[str]:
    """Every line of every string in it."""
    if isinstance(value, str):
        return set(value.split("\n"))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*(texts_in(each) for each in inner))


examples = settings(max_examples=40)


class TestLaws:
    @examples
    @given(states(), states())
    def test_what_one_side_changed_is_taken(self, base: Any, side: Any) -> None:
        for merged in (merge(base, side, base), merge(base, base, side)):
            assert plain(merged.state) == plain(side)
            assert is_same_state(merged.state, side)
            assert not merged.conflicts

    @examples
    @given(states(), states())
    def test_what_both_changed_alike_is_there_once(self, base: Any, both: Any) -> None:
        merged = merge(base, both, both)
        assert is_same_state(merged.state, both)
        assert (merged.conflicts, merged.taken) == ([], [])

    @examples
    @given(states(), states(), states())
    def test_the_sides_can_be_exchanged(self, base: Any, one: Any, two: Any) -> None:
        there, back = merge(base, one, two), merge(base, two, one)
        assert sorted(parts_of(there)) == sorted(parts_of(back))
        mine = merge(base, one, two, [Decision("mine")] * len(there.conflicts))
        theirs = merge(base, two, one, [Decision("theirs")] * len(back.conflicts))
        for key in ("values", "name", "upstream"):
            assert mine.state[key] == theirs.state[key]
        bodies = [each.state["content"]["body"] for each in (mine, theirs)]
        for body in bodies:  # tools that both added stand in the order of the sides
            body["tools"] = sorted(body.get("tools", []), key=json.dumps)
        assert bodies[0] == bodies[1]

    @examples
    @given(states(), states(), states())
    def test_no_text_of_a_side_is_lost(self, base: Any, theirs: Any, mine: Any) -> None:
        merged = merge(base, theirs, mine)
        kept = texts_in(merged.state)
        for conflict in merged.conflicts:
            kept |= texts_in([conflict.theirs, conflict.mine])
        words = " ".join(kept)
        for side in (theirs, mine):
            for line in texts_in(side["content"]["body"]) - texts_in(base["content"]["body"]):
                assert all(word in words for word in line.split())

    @examples
    @given(states(), states(), states())
    def test_any_decisions_make_a_state(self, base: Any, theirs: Any, mine: Any) -> None:
        count = len(merge(base, theirs, mine).conflicts)
        for choice in ("mine", "theirs", "both", "own"):
            merged = merge(base, theirs, mine, [Decision(choice, "x\ny")] * count)
            assert len(merged.conflicts) == count
            json.dumps(merged.state)


class TestOddTurns:
    """A body whose turns are no list keeps what was typed into the turns that came instead."""

    typed: ClassVar = {"turns": {"0": {"blocks": {"0": "x"}}}}

    def test_what_both_typed_alike_stays(self) -> None:
        base, both = with_content(state(), body={"messages": "odd"}), state("one")
        both["content"]["editor"] = self.typed
        assert is_same_state(merge(base, both, both).state, both)

    @pytest.mark.parametrize("choice", ["mine", "theirs"])
    def test_the_notes_go_with_the_turns_that_are_taken(self, choice: str) -> None:
        base, theirs, mine = with_content(state(), body={"messages": "odd"}), state("1"), state("2")
        theirs["content"]["editor"] = {"turns": {"0": {"blocks": {"0": "theirs"}}}}
        mine["content"]["editor"] = {"turns": {"0": {"blocks": {"0": "mine"}}}}
        merged = merge(base, theirs, mine, [Decision(choice)] * 9)
        turns = merged.state["content"]["editor"]["turns"]
        assert turns == {"0": {"blocks": {"0": choice}}}


class TestTexts:
    def test_different_turns_and_parameters_are_both_taken(self) -> None:
        base = state("one", "two", system="Be kind.")
        theirs = state("ONE", "two", system="Be kind.", max_tokens=9)
        mine = state("one", "two", "three", system="Be very kind.")
        merged = merge(base, theirs, mine)
        assert turns_of(merged) == ["ONE", "two", "three"]
        body = merged.state["content"]["body"]
        assert (body["system"], body["max_tokens"]) == ("Be very kind.", 9)
        assert {(each.part, each.side) for each in merged.taken} == {
            ("Turn 1", "theirs"),
            ("Turns", "mine"),
            ("Parameter max_tokens", "theirs"),
            ("System prompt", "mine"),
        }

    def test_one_line_changed_in_two_ways_keeps_both_unless_decided(self) -> None:
        three = state("a\nb"), state("a\nB1"), state("a\nB2")
        merged = merge(*three)
        assert parts_of(merged) == ["Turn 1"]
        assert turns_of(merged) == ["a\nB1\nB2"]
        chosen = {
            choice: turns_of(merge(*three, [Decision(choice, "mine!\n")]))[0]
            for choice in ("mine", "theirs", "both", "own")
        }
        assert chosen == {
            "mine": "a\nB2",
            "theirs": "a\nB1",
            "both": "a\nB1\nB2",
            "own": "a\nmine!\n",
        }

    def test_a_turn_taken_out_here_and_changed_there_is_asked_about(self) -> None:
        merged = merge(state("one", "two"), state("two"), state("one more", "two"))
        assert parts_of(merged) == ["Turn 1"]
        assert turns_of(merged) == ["one more", "two"]

    def test_turns_added_at_one_place_are_asked_about_and_kept(self) -> None:
        merged = merge(state("one"), state("one", "theirs"), state("one", "mine"))
        assert turns_of(merged) == ["one", "theirs", "mine"]
        assert [conflict.kind for conflict in merged.conflicts] == ["list"]

    def test_the_same_turns_added_by_both_are_there_once(self) -> None:
        merged = merge(state("one"), state("one", "more"), state("one, too", "more"))
        assert turns_of(merged) == ["one, too", "more"]
        assert not merged.conflicts

    def test_a_system_prompt_taken_out_and_changed_is_asked_about(self) -> None:
        base, mine = state("x", system="Be kind."), state("x", system="Be very kind.")
        merged = merge(base, state("x"), mine)
        assert merged.state["content"]["body"]["system"] == "Be very kind."
        decided = merge(base, state("x"), mine, [Decision("theirs")])
        assert "system" not in decided.state["content"]["body"]

    def test_blocks_are_merged_one_by_one(self) -> None:
        def blocks(*texts: str) -> dict[str, Any]:
            return state(system=[{"type": "text", "text": text} for text in texts])

        merged = merge(blocks("a", "b"), blocks("A", "b"), blocks("a", "b", "c"))
        assert [block["text"] for block in merged.state["content"]["body"]["system"]] == [
            "A",
            "b",
            "c",
        ]
        assert not merged.conflicts


class TestValues:
    def test_mine_stays_unless_theirs_is_chosen(self) -> None:
        three = state("x"), state("x", max_tokens=1), state("x", max_tokens=2)
        assert merge(*three).state["content"]["body"]["max_tokens"] == 2
        decided = merge(*three, [Decision("theirs")])
        assert decided.state["content"]["body"]["max_tokens"] == 1
        assert parts_of(decided) == ["Parameter max_tokens"]

    def test_a_value_cannot_be_both(self) -> None:
        three = state("x"), state("x", max_tokens=1), state("x", max_tokens=2)
        decided = merge(*three, [Decision("both")])
        assert decided.state["content"]["body"]["max_tokens"] == 2

    def test_values_of_variables_are_texts(self) -> None:
        base = state("x") | {"values": {"A": "one\ntwo"}}
        theirs = state("x") | {"values": {"A": "ONE\ntwo", "B": "new"}}
        merged = merge(base, theirs, state("x") | {"values": {"A": "one\ntwo\nthree"}})
        assert merged.state["values"] == {"A": "ONE\ntwo\nthree", "B": "new"}


class TestTools:
    def tool(self, name: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "description": "Looks.", **more}

    def test_tools_are_merged_by_name(self) -> None:
        base = state("x", tools=[self.tool("a"), self.tool("b")])
        theirs = state("x", tools=[self.tool("a", strict=True), self.tool("b"), self.tool("c")])
        mine = state("x", tools=[self.tool("a", description="Finds."), self.tool("d")])
        merged = merge(base, theirs, mine)
        tools = merged.state["content"]["body"]["tools"]
        assert [tool["name"] for tool in tools] == ["a", "d", "c"]
        assert tools[0] == {"name": "a", "description": "Finds.", "strict": True}
        assert not merged.conflicts

    def test_what_was_typed_into_a_tool_stays_with_it(self) -> None:
        base, tool = state("x", tools=[self.tool("a")]), self.tool("a")
        note = {"typed": {"schema": "{"}, "of": digest(tool)}
        theirs = with_content(base, editor={"tools": [note]})
        mine = state("x", tools=[self.tool("new"), self.tool("a", strict=True)])
        merged = merge(base, theirs, mine)
        notes = merged.state["content"]["editor"]["tools"]
        assert notes[1]["typed"] == {"schema": "{"}
        assert notes[1]["of"] == digest(self.tool("a", strict=True))

    def test_tools_without_names_are_one_value(self) -> None:
        merged = merge(
            state("x", tools=[{}]), state("x", tools=[{"a": 1}]), state("x", tools=[{"b": 1}])
        )
        assert parts_of(merged) == ["Tool"]


class TestNotes:
    def test_what_was_typed_and_is_not_usable_is_merged_by_field(self) -> None:
        base = with_content(state("x"), editor={"typed": {}})
        theirs = with_content(base, editor={"typed": {"max_tokens": "abc"}})
        mine = with_content(base, editor={"typed": {"name": "long"}})
        merged = merge(base, theirs, mine)
        typed = merged.state["content"]["editor"]["typed"]
        assert typed == {"max_tokens": "abc", "name": "long"}

    def test_notes_on_turns_move_with_them(self) -> None:
        base = state("one", "two")
        theirs = with_content(base, editor={"turns": {"1": {"blocks": {"0": "typed"}}}})
        merged = merge(base, theirs, state("zero", "one", "two"))
        assert merged.state["content"]["editor"]["turns"] == {"2": {"blocks": {"0": "typed"}}}

    def test_what_either_removed_can_be_put_back(self) -> None:
        base = with_content(state("x"), editor={"removed_turns": ["old", "back"]})
        theirs = with_content(state("x"), editor={"removed_turns": ["old", "back", "one"]})
        mine = with_content(state("x"), editor={"removed_turns": ["old", "two"]})
        merged = merge(base, theirs, mine)
        assert merged.state["content"]["editor"]["removed_turns"] == ["old", "one", "two"]

    def test_the_origin_of_a_system_prompt_follows_its_text(self) -> None:
        base = state("x", system="Be kind.")
        copied = {"system": {"slug": "kind", "number": 2}}
        theirs = with_content(state("x", system="Be kinder."), copied_from=copied)
        mine = state("x", system="Be harsh.")
        for choice, expected in (("theirs", copied), ("mine", None)):
            merged = merge(base, theirs, mine, [Decision(choice)])
            assert merged.state["content"].get("copied_from") == expected
