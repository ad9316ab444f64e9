"""The checks behind `problems(request)`, one file per part of a request.

Each check takes the `Subject` and yields a `Problem` for everything the Messages API would refuse
there. Three rules hold everywhere: JSON of the wrong type is a problem, never an exception; what
no source states is let through; unknown keys and block types are let through, because the API
gains new ones all the time. Facts: platform.claude.com and Python SDK 2.11.0, state 2026-11-20.
"""
