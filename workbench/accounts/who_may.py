"""The table of who may do what, in Markdown, made from the one that decides."""

from __future__ import annotations

from .access import ABILITIES
from .models import Role

WORDS = {
    "team.read": "see the team, its members and its presets",
    "prompt.read": "read prompts, versions, system prompts and their history; get code",
    "prompt.edit": "edit drafts, save versions, arrange the library, import and export",
    "prompt.delete": "delete any prompt for ever",
    "label.move": "move a label to another version",
    "run.read": "read runs and watch them",
    "run.start": "send requests (if the team lets this role spend, and within its caps)",
    "run.cancel": "stop one's own run",
    "run.cancel-any": "stop any run",
    "comment.write": "write comments, and delete one's own",
    "comment.delete-any": "delete any comment",
    "proposal.decide": "decide about a proposal of somebody else",
    "link.edit": "make and revoke one's own share links (if the team lets editors)",
    "link.edit-any": "make and revoke any share link",
    "usage.read": "see usage and cost",
    "connection.read": "see which connections there are, by their last four characters",
    "connection.edit": "enter, test and remove API keys of the team, set caps",
    "member.edit": "invite and remove members, change roles up to one's own",
    "token.edit": "make and revoke tokens for programs",
    "webhook.edit": "set up webhooks",
    "team.edit": "rename the team, change its settings",
    "audit.read": "read the audit trail",
    "team.own": "delete the team, make owners, export the audit trail, set retention",
}
"""Each ability as the end of “may …”."""


def table() -> str:
    """One row per ability, one column per role; raises ``KeyError`` for one without words."""
    head = ["May", *(role.label for role in Role)]
    rows = [head, ["---"] * len(head)]
    for ability, least in ABILITIES.items():
        marks = ["yes" if role.rank >= least.rank else "" for role in Role]
        rows.append([f"{WORDS[ability]} (`{ability}`)", *marks])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
