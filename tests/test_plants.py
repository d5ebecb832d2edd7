"""Errors planted in a clean, signed show, one at a time: each is stopped by its code, and the clean show passes."""

from __future__ import annotations

import planting
import pytest
from planting import Plant
from shows import Made, ShowDir

pytest_plugins = ["shows"]

PLANTS = [(family, plant) for family in planting.families() for plant in planting.planted(family)]


@pytest.fixture(scope="module")
def clean(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """The clean show, made once; every test leaves it as it was."""
    return planting.clean(made("built"), tmp_path_factory.mktemp("plants") / "clean")


def test_the_clean_show_passes(clean: ShowDir) -> None:
    """Nothing stops it, and what a person answers for is the only error that there was."""
    assert planting.stops(clean) == frozenset()
    judged = planting.judged(clean)
    assert {finding.code: waiver.reason for finding, waiver in judged.waived} == planting.ANSWERED
    assert [finding for finding in judged.standing if not finding.code.startswith("AUD")] == []


def test_no_two_plants_have_one_name() -> None:
    """A plant is found by its family and its name."""
    names = [(family, plant.name) for family, plant in PLANTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("family", "plant"), PLANTS, ids=[f"{family}: {plant.name}" for family, plant in PLANTS])
def test_a_plant_is_stopped_by_its_code(clean: ShowDir, family: str, plant: Plant) -> None:
    """Its publication is refused, under the code of the plant; others may come along."""
    with planting.kept(clean) as show:
        plant.change(show)
        assert plant.code in planting.stops(show, signed_before=plant.signed_before)
