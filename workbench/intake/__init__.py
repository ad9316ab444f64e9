"""Foreign text as requests: what was understood, what was changed and why, what was not.

    reading.py      Reading: what came of a text; Remark, FoundPrompt
    detect.py       read() and read_file(): which reader a text is for, then mending
    keys.py         takes API keys out of the text before anything else looks at it
    wrapping.py     fences, quote marks and indents around a text
    mending.py      a found request as one that the API takes today; model_names.py, elisions.py

    json_bodies.py  JSON and lines of JSON; loose_json.py and its parts read it with faults
    shapes.py       finds prompts in a value of any shape; surroundings.py names them
    messages_body.py, chat_completions.py, responses.py, legacy.py    one request each
    former_fields.py    what a Messages body has no longer, or has in another place
    answers.py, streams.py    recorded answers
    yaml_files.py, promptfoo.py, langfuse.py, phoenix.py, csv_values.py    other tools
    archives.py     files of an archive; many_files.py brings together what they hold
    own_files.py    names the files that the library's own import reads
    python/, javascript/, curl/    code; code/ is what they share

Nothing that is read is ever executed. Depends on `messages_api` and `catalogue` alone, and not on
Django.
"""
