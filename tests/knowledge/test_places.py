"""Names of places: which force is the natural reading, and where nobody could know."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from knowledge import load
from knowledge.places import MorePlaces, load_place_files, misspelt_forces, names


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def known():
    return names(load(), load_place_files())


@pytest.mark.parametrize(("name", "forces"), [
    # not certain: the person is asked, and forces that have PCSOs come first
    ("newcastle", ("northumbria", "staffordshire", "northern_ireland")),
    ("hillsborough", ("south_yorkshire", "northern_ireland")),
    ("bangor", ("north_wales", "northern_ireland")),
])
def test_a_name_of_several_places_is_asked_back(known, name, forces):
    assert known[name].forces == forces and not known[name].certain


@pytest.mark.parametrize(("name", "force"), [
    ("newcastle upon tyne", "northumbria"), ("newcastle under lyme", "staffordshire"), ("leeds", "west_yorkshire"),
    ("cardiff", "south_wales"), ("brixton", "metropolitan"), ("derry", "northern_ireland"), ("glasgow", "scotland"),
])
def test_a_name_of_one_place_is_certain(known, name, force):
    assert known[name].forces[0] == force and known[name].certain


@pytest.mark.parametrize(("name", "everywhere"), [("on the train", True), ("btp", True), ("leeds station", True), ("leeds", False),
                                                  ("glasgow", False), ("newcastle", False)])
def test_the_railways_are_no_place(known, name, everywhere):
    assert known[name].everywhere == everywhere


def test_the_place_files_name_no_force_that_has_no_file():
    assert misspelt_forces(load(), load_place_files()) == []


@pytest.mark.parametrize("file", ["places.yml", "more_places.yml", "geonames_places.yml", "postcodes.yml"])
def test_a_misspelt_force_is_named_with_its_file_and_is_the_force_of_no_place(file):
    files = load_place_files()
    wrong = {
        "places.yml": {"notes": msgspec.structs.replace(files.notes, other_names={"kentt": ["Kentish"]})},
        "more_places.yml": {"more": ({"kentt": MorePlaces(places=["Deal"])}, files.more[1])},
        "geonames_places.yml": {"more": (files.more[0], {"kentt": MorePlaces(places=["Deal"])})},
        "postcodes.yml": {"postcodes": {"ct1": ("kent", "kentt"), "ct2": ("kentt",)}},
    }[file]
    files = msgspec.structs.replace(files, **wrong)
    assert misspelt_forces(load(), files) == [f"{file}: kentt"]
    assert "kentt" not in {force for name in names(load(), files).values() for force in name.forces}


def test_the_names_come_in_the_same_order_in_every_process(known):
    program = ("from knowledge import load; from knowledge.places import load_place_files, names; "
               "print(*names(load(), load_place_files()), sep='|')")
    there = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "4711"}, text=True,
                           capture_output=True, check=True)
    assert there.stdout.strip().split("|") == list(known)
