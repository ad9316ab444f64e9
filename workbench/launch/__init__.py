"""Starting and stopping a whole installation: data directory, Postgres, migrations, web server.

``command`` reads the command line; ``supervisor`` is the parent of everything it starts;
``postgres`` runs the Postgres of the wheel; ``web`` is the server process. Plain Python: nothing
here knows Django, so the parent stays small.
"""
