"""What other packages hear of runs: sent on the event loop of the process that executes them.

``run_started`` is sent when a run is taken up here, ``run_ended`` with ``outcome`` (an ``Outcome``)
when its end is stored.
"""

from django.dispatch import Signal

run_started = Signal()
run_ended = Signal()
