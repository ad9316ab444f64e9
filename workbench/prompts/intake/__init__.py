"""Foreign texts as prompts: kept without keys, shown, then a draft or many prompts at once.

keeping.py  a reading between its preview and the import, without keys
stored.py   a reading as JSON and back
showing.py  what the preview shows of each prompt
making.py   the draft, or the prompts, that an import makes
views.py    the preview and the import; texts and files arrive at ``files.views.uploads``
"""
