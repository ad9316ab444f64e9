"""The mocked result of a tool as form fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.prompts.blocks import new_key, shown_json
from workbench.prompts.fields import from_json, to_json

from .mocks import CONTAINS, FIXED, IS, KINDS, OFF, RULES, TESTS

RULE_FIELDS = ("field", "test", "value", "text", "is_error")
EMPTY = {"kind": OFF, "text": "", "is_error": False, "rules": []}
TEST_WORDS = ((IS, "is"), (CONTAINS, "contains"))


@dataclass
class MockRule:
    """One rule as typed: when ``field`` of the input passes ``test``, ``text`` is the result."""

    key: str
    field: str = ""
    test: str = IS
    value: str = ""
    text: str = ""
    is_error: bool = False

    @classmethod
    def read(cls, key: str, fields: Mapping[str, str]) -> MockRule:
        """The rule of posted fields, by their names within it."""
        texts = {name: fields.get(name, "") for name in ("field", "value", "text")}
        test = fields.get("test", IS)
        return cls(key, test=test if test in TESTS else IS, is_error="is_error" in fields, **texts)

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """(value, words) of the tests to choose from."""
        return TEST_WORDS

    def to_dict(self) -> dict[str, Any]:
        """The rule as a content keeps it."""
        return {name: getattr(self, name) for name in RULE_FIELDS}


@dataclass
class Mock:
    """What stands in for a tool; see ``mocks`` for the stored form.

    ``odd`` holds a stored value of another form, which is kept as it is.
    """

    kind: str = OFF
    text: str = ""
    is_error: bool = False
    rules: list[MockRule] = field(default_factory=list)
    odd: Any = None

    @classmethod
    def of(cls, stored: Any) -> Mock:
        """The mock of a stored value, None for a tool without one."""
        if stored is None:
            return cls()
        if not _is_usual(stored):
            return cls(odd=stored)
        rules = [MockRule(str(n), **rule) for n, rule in enumerate(stored["rules"], 1)]
        return cls(stored["kind"], stored["text"], stored["is_error"], rules)

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Mock:
        """The mock of posted fields by their names within it."""
        if "json" in fields:
            return cls(odd=from_json(fields["json"]))
        kind = fields.get("kind", OFF)
        rows: dict[str, dict[str, str]] = {}
        for name, text in fields.items():
            if name.startswith("rule-"):
                key, _, rest = name.removeprefix("rule-").partition("-")
                rows.setdefault(key, {})[rest] = text
        rules = [MockRule.read(key, row) for key, row in rows.items()]
        is_error = "is_error" in fields
        return cls(kind if kind in KINDS else OFF, fields.get("text", ""), is_error, rules)

    @property
    def stored(self) -> Any:
        """What a content keeps; None when there is nothing to keep."""
        if self.odd is not None:
            return self.odd
        if self.kind == OFF and not (self.text or self.rules or self.is_error):
            return None
        return {
            "kind": self.kind,
            "text": self.text,
            "is_error": self.is_error,
            "rules": [rule.to_dict() for rule in self.rules],
        }

    @property
    def is_rules(self) -> bool:
        """Whether rules answer."""
        return self.kind == RULES

    @property
    def is_fixed(self) -> bool:
        """Whether one result answers every call."""
        return self.kind == FIXED

    @property
    def is_off(self) -> bool:
        """Whether nothing answers."""
        return self.kind == OFF and self.odd is None

    @property
    def is_odd(self) -> bool:
        """Whether the fields cannot show it."""
        return self.odd is not None

    @property
    def summary(self) -> str:
        """The kind in words, for the closed fold."""
        if self.is_odd:
            return "unknown form"
        if self.is_rules:
            count = len(self.rules)
            return f"{count} rule{'' if count == 1 else 's'}"
        return "fixed" if self.is_fixed else "none"

    @property
    def json(self) -> str:
        """What the fields cannot show, for a hidden field."""
        return to_json(self.odd)

    @property
    def shown(self) -> str:
        """The JSON of what is stored, for reading."""
        return shown_json(self.stored)

    def choose(self, kind: str) -> None:
        """Change the kind; what another kind holds is kept. Turning off forgets an odd mock."""
        if kind in KINDS:
            self.kind, self.odd = kind, None
        if kind == RULES and not self.rules:
            self.add_rule()

    def add_rule(self) -> MockRule:
        """Append an empty rule and return it."""
        self.rules.append(MockRule(new_key()))
        return self.rules[-1]

    def remove_rule(self, key: str) -> None:
        """Take out the rule with ``key``."""
        self.rules = [rule for rule in self.rules if rule.key != key]


def _is_usual(stored: Any) -> bool:
    """Whether the fields can show a stored mock without loss."""
    if not isinstance(stored, dict) or list(stored) != ["kind", "text", "is_error", "rules"]:
        return False
    rules = stored["rules"]
    return (
        stored["kind"] in KINDS
        and isinstance(stored["text"], str)
        and isinstance(stored["is_error"], bool)
        and isinstance(rules, list)
        and all(_is_usual_rule(rule) for rule in rules)
        and stored != EMPTY
    )


def _is_usual_rule(rule: Any) -> bool:
    return (
        isinstance(rule, dict)
        and list(rule) == list(RULE_FIELDS)
        and isinstance(rule["is_error"], bool)
        and all(isinstance(rule[name], str) for name in ("field", "value", "text"))
        and "\n" not in rule["field"]
        and rule["test"] in TESTS
    )
