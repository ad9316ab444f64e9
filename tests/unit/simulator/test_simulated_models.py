"""The list of models as the API gives it."""

import pytest

from workbench import catalogue

URL = "http://simulator/v1/models"


async def all_pages(client, **query):
    models, after = [], None
    while True:
        page = await client.get(URL, params={**query, **({"after_id": after} if after else {})})
        models += page.json()["data"]
        if not page.json()["has_more"]:
            return models
        after = page.json()["last_id"]


async def test_without_a_filter_the_list_has_active_and_deprecated_models(client):
    models = (await client.get(URL, params={"limit": 1000})).json()["data"]
    assert {model["lifecycle"] for model in models} == {"active", "deprecated"}


async def test_the_filter_chooses_the_lifecycles(client):
    models = await all_pages(client, **{"lifecycle[]": ["retired"], "limit": 5})
    assert {model["lifecycle"] for model in models} == {"retired"}
    assert len(models) > 5


async def test_all_pages_together_are_the_catalogue(client):
    every = ["active", "deprecated", "retired"]
    models = await all_pages(client, **{"lifecycle[]": every, "limit": 7})
    ids = [model["id"] for model in models]
    assert sorted(ids) == sorted(m.id for m in catalogue.all_models() if m.state != "unknown")


async def test_pages_can_be_read_backwards(client):
    ids = [m["id"] for m in (await client.get(URL, params={"limit": 1000})).json()["data"]]
    page = (await client.get(URL, params={"before_id": ids[5], "limit": 2})).json()
    assert [model["id"] for model in page["data"]] == ids[3:5]
    assert page["has_more"] is True
    assert (page["first_id"], page["last_id"]) == (ids[3], ids[4])


async def test_the_catalogue_survives_its_way_through_the_list(client):
    every = ["active", "deprecated", "retired"]
    listing = await all_pages(client, **{"lifecycle[]": every, "limit": 1000})
    merged = catalogue.Catalogue.builtin().merged(listing)
    for model in catalogue.all_models():
        if model.rules.thinking_types is not None:
            assert merged.get(model.id).rules.thinking_types == model.rules.thinking_types
            assert merged.get(model.id).rules.effort_levels == model.rules.effort_levels
        assert merged.get(model.id).max_output_tokens == model.max_output_tokens
        assert merged.get(model.id).state == model.state


async def test_one_model_can_be_asked_for(client):
    model = (await client.get(f"{URL}/claude-opus-5-5")).json()
    assert model["display_name"] == catalogue.get("claude-opus-5-5").display_name
    assert model["capabilities"]["thinking"]["types"]["disabled"]["supported"] is False
    assert (await client.get(f"{URL}/claude-missing-1")).status_code == 404


@pytest.mark.parametrize("limit", ["0", "1001", "x", "²", "9" * 5_000])
async def test_a_limit_outside_the_range_is_refused(client, limit):
    assert (await client.get(URL, params={"limit": limit})).status_code == 400


async def test_the_list_can_fail_when_the_header_asks_for_it(client):
    response = await client.get(URL, headers={"x-simulate": "status code=403"})
    assert response.status_code == 403
