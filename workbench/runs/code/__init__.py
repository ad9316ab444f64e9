"""Get code: a draft, a version or a run as source code that sends the same request.

subject.py  what the code is of: the request as it is sent, or why there is none
choice.py   the target and the options that a person chose, in an address and in their account
page.py     what the dialog and the page show
files.py    the files to download
views.py    the addresses
"""
