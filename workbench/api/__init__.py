"""What programs read: the library of a team, as JSON, with a token.

A request goes through the files like this:

1. `middleware.py`  takes what is below ``/api/`` out of the way that pages go: no session, no
                    form token, no template. Every refusal becomes JSON there (`errors.py`).
2. `reading.py`     GET and HEAD alone, counted against the token's `allowance.py`.
3. `views.py`       asks `shown.py` for what is known without opening a content, answers 304 from
                    that if it can (`answers.py`), and else has `rendering.py` fill in the request.
4. `query.py`       the parameters of the address; `listing.py` pages of a list.

`description.py` says all of it in OpenAPI, with `schemas.py`.
"""
