"""The proof that exported code sends what the screen sends: every program is executed.

python/, typescript-*/   which SDKs are installed, each apart: `make test` does it
recording.py             the API's double, which keeps what it is sent
authority.py             the certificates under which it passes for any host
answers.py               what it answers, in each of the API's forms
places.py                where the SDKs are
workers/                 a long-lived process per SDK that executes programs
running.py               programs in a worker, or in a process of their own
wire.py                  what must be on the wire, and what differs from it
kinds.py                 which options a target is tried with
"""
