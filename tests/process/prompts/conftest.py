"""A made-up team, two web processes on its database, and the people who work there at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.process.runs.lasting import an_origin, an_upstream, one_site
from tests.process.runs.site import Site

if TYPE_CHECKING:
    from .people import Person

NAMES = ["Ana", "Erin", "Finn", "Gus", "Hana", "Ivo"]

upstream = pytest.fixture(scope="module", name="upstream")(an_upstream)
origin = pytest.fixture(scope="module", name="origin")(an_origin)
site = pytest.fixture(scope="module", name="site")(one_site)


@pytest.fixture(scope="module", name="people")
def the_people(site: Site) -> Iterator[list[Person]]:
    """Ana, the owner, and five editors; every second one speaks to the second process."""
    # It uses models, which can be imported once Django is set up.
    from .people import Person, move_in

    webs = [site.web, site.another_web()]
    move_in(site, NAMES[1:])
    people = [Person(site, webs[number % 2], name) for number, name in enumerate(NAMES)]
    yield people
    for person in people:
        person.client.close()
