"""Commands of curl, as shells write them.

words.py       a shell script as commands of words
windows.py     the quoting of cmd and of PowerShell
options.py     the words of one command as a request
reader.py      read_curl()
"""

from .reader import read_curl

__all__ = ["read_curl"]
