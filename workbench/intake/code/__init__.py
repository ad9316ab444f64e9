"""What Python, JavaScript and curl have in common once their values are read.

beside.py     files beside a program, texts and media
values.py     Hole, Unknown, OMIT: what may stand in a value that is no JSON
markers.py    holes as `{{NAME}}` markers
settling.py   a read value as JSON, with remarks on what is left out
addresses.py  which API an address belongs to
requests.py   a read call as prompts
"""
