"""The tools of a request as form fields, and what stands in for their answers.

section.py     Tools: the panel, its verbs
tool.py        Tool: one tool as a box of fields
parameters.py  the input schema of a client tool, as rows or as JSON
rows.py        the rows, for schemas without nested parts
entries.py     the tools that can be added, and the options of those that Anthropic defines
fields.py      bound fields that only tools have
choice.py      ToolChoice
panel.py       what the page shows beside the fields
mocks.py       answer(): what a mocked result says to a call
mock_form.py   the mocked result as fields
"""

from .panel import shown_choice, tool_problems
from .section import MOST, Tools, holds_typed_text
from .tool import Tool

__all__ = ["MOST", "Tool", "Tools", "holds_typed_text", "shown_choice", "tool_problems"]
