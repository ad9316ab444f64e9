"""What other packages hear of prompts, in the transaction of the change.

``version_saved`` is sent with ``version`` when somebody saves one (an import of many tells
nothing), ``label_moved`` with ``prompt``, ``label``, the numbers ``before`` and ``after``, None for
none, and ``user``.
"""

from django.dispatch import Signal

version_saved = Signal()
label_moved = Signal()
"""A receiver that fails undoes the change: it is part of it."""
