"""About how many tokens images and files cost."""

from __future__ import annotations

import pytest

from workbench import catalogue
from workbench.catalogue.model import unknown_model
from workbench.prompts.media.measures import image_tokens, tokens
from workbench.prompts.models import Media

FINE = catalogue.get("claude-opus-5-5")
COARSE = catalogue.get("claude-haiku-4-5")


@pytest.mark.parametrize(
    ("size", "fine", "coarse"),
    [
        ((28, 28), 1, 1),
        ((29, 28), 2, 2),
        ((200, 200), 64, 64),
        ((1_092, 1_092), 39 * 39, 39 * 39),
        ((1_568, 28), 56, 56),
        ((3_136, 28), 92, 56),  # scaled to 2,576 × 23 and 1,568 × 14
        ((8_000, 8_000), 4_784, 1_568),
        ((1, 8_000), 92, 56),
    ],
)
def test_an_image_costs_what_it_has_after_scaling_down(
    size: tuple[int, int], fine: int, coarse: int
) -> None:
    assert image_tokens(*size, FINE) == fine
    assert image_tokens(*size, COARSE) == coarse


def test_the_cap_follows_the_generation_of_the_model() -> None:
    fine = {model.id for model in catalogue.all_models() if model.rules.fine_images}
    assert {"claude-haiku-5-5", "claude-opus-4-7", "claude-sonnet-5-5"} <= fine
    assert not fine & {"claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5"}


def test_an_unknown_model_is_taken_for_a_new_one() -> None:
    assert image_tokens(8_000, 8_000, unknown_model("local")) == 4_784


def test_files_cost_by_page_and_text_by_character() -> None:
    assert tokens(Media(media_type="image/png", width=28, height=56), FINE) == 2
    assert tokens(Media(media_type="application/pdf", pages=3, size=9), FINE) == 6_000
    assert tokens(Media(media_type="text/plain", size=41), FINE) == 11
