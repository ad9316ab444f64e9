"""A prompt that works at once: what an empty library offers to open."""

from __future__ import annotations

from workbench.catalogue import DEFAULT_MODEL

from .content import Content, Variable

NAME = "Support reply"

SYSTEM = """\
You answer customers of {{COMPANY}}, a shop for bicycle parts.

Before you write, settle three questions for yourself: what does the customer want, what do our \
rules allow, and what is the next step the customer can take?

<rules>
- Unused parts can be returned within 30 days of delivery; we pay the postage.
- Used parts are exchanged only when they are faulty. Ask for a photo of the fault.
- Refunds arrive within 5 working days after the parcel has reached us.
- You cannot promise discounts, vouchers or exceptions. Pass such wishes on to a colleague.
</rules>

Write as one person to another: short sentences, no more than 120 words, in the customer's \
language. Name the next step in the first two sentences. If something you need is missing, ask \
for exactly that and nothing else. Never invent order numbers, dates or stock."""

USER = """\
<order>
{{ORDER}}
</order>

<message>
{{MESSAGE}}
</message>

Write the reply to this message. After it, on a line of its own, name the category: return, \
exchange, delivery, advice or complaint."""

VALUES = {
    "COMPANY": "Chainline",
    "ORDER": "No. A-1043, delivered 11 days ago: 1 cassette 11-34, 2 inner tubes 28 inch",
    "MESSAGE": (
        "Hi, I ordered the wrong cassette, mine needs to be 11-speed and this one is 12. I haven't "
        "mounted it, only opened the box. Can I swap it? I have a race in two weeks, so it's a bit "
        "urgent. Thanks, Priya"
    ),
}

DESCRIPTIONS = {
    "COMPANY": "The shop's name as customers know it",
    "ORDER": "Number, delivery date and contents of the order",
    "MESSAGE": "What the customer wrote, unchanged",
}


def example_content() -> Content:
    """The example's content; ``VALUES`` holds a value for each of its variables."""
    return Content(
        body={
            "model": DEFAULT_MODEL,
            "max_tokens": 1024,
            "system": SYSTEM,
            "messages": [{"role": "user", "content": USER}],
        },
        variables=tuple(Variable(name, text) for name, text in DESCRIPTIONS.items()),
    )
