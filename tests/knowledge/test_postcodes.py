"""Postcode districts and the forces they may mean."""

import pytest

from knowledge.postcodes import load_postcodes

HEAD = "areas:\n  LE: [leicestershire]\n"


def test_a_district_goes_before_its_area(tmp_path):
    (tmp_path / "postcodes.yml").write_text(f"{HEAD}districts:\n  LE14-LE16: [leicestershire, lincolnshire]\n")
    found = load_postcodes(tmp_path)
    assert found["le3"] == ("leicestershire",)
    assert found["le15"] == ("leicestershire", "lincolnshire")


@pytest.mark.parametrize("written", ["LE", "LE14-NG16", "14"])
def test_what_is_no_district_is_named(tmp_path, written):
    (tmp_path / "postcodes.yml").write_text(f"{HEAD}districts:\n  '{written}': [kent]\n")
    with pytest.raises(ValueError, match=written):
        load_postcodes(tmp_path)


def test_letters_of_inner_london():
    assert load_postcodes()["ec4m"][0] == "city_of_london"
