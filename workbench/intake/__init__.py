"""Foreign text as requests: what was understood, what was changed and why, what was not.

    reading.py      Reading: what came of a text; Remark, FoundPrompt
    keys.py         takes API keys out of the text before anything else looks at it
    detect.py       read(): which reader a text is for
    …               one module or package per kind of text

Nothing that is read is ever executed. Depends on `messages_api` and `catalogue` alone, and not on
Django.
"""
