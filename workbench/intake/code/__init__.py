"""What Python, JavaScript and curl have in common once their values are read.

limits.py     how much of a program is read
beside.py     files beside a program, texts and media
values.py     Hole, Unknown, OMIT: what may stand in a value that is no JSON
texts.py      texts that a program puts together, as far as they fit
changes.py    what a name stands for, assigned and changed
holes.py      holes as `{{NAME}}` markers
settling.py   a read value as JSON, with remarks on what is left out
addresses.py  which API an address belongs to
pins.py       which SDK a program needs
requests.py   a read call as prompts
"""
