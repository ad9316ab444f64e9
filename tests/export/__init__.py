"""The proof that exported code sends what the screen sends: every program is executed.

    python/, typescript-*/   which SDKs are installed, each apart: `make exported` does it
    places.py                where they are
    authority.py             certificates under which the recorder passes for any host
    recording.py             the double of the API, which keeps what it is sent
    answers.py               what it answers, in each of the API's forms
    workers/                 a long-lived process per SDK that executes programs
    running.py               programs in a worker, or in a process of their own
    trying.py                Stage: the recorder, and a worker for each language
    wire.py                  what must be on the wire, and what differs from it
    kinds.py                 which options a target is tried with
    proving.py               faults_of(): the proof for one program
    platforms.py             the same for the clients of other platforms
    generated.py             the programs of the whole corpus as files, for linters
    programs.py              programs written by hand, for the harness itself

`WORKBENCH_EXPORT_EXAMPLES=10000` makes more random requests for each target than the usual 500.
"""
