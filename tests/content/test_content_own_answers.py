"""What a force says on a particular question: kept in its own file, and taken along by whatever happens to the question."""

import datetime as dt

import msgspec
import pytest

from door.content import answers, checks, fact_files, points, topic_names, topics
from door.content.draft import Changed, Refused
from door.content.snapshot import digest
from knowledge import look_up
from tests.content.points_project import add_points
from tests.content.small_project import ADA, BEN, FILES
from tests.content.test_content_points import ASKED
from tests.content.test_content_points import FIELDS as POINT
from tests.content.test_content_topics import NEW

DORSET = "data/knowledge/forces/dorset.yml"
NAME = "powers_detain/how_long"
FIELDS = answers.Fields("In Dorset it is ten minutes.", ["page"], dt.date(2026, 3, 1))
WRITTEN = """\
points:
  powers_detain:
    how_long:
      text: In Dorset it is ten minutes.
      sources: [page]
      checked: 2026-03-01
"""


@pytest.fixture
def draft(draft, project):
    """The draft with particular questions, one of which Dorset answers itself."""
    add_points(project)
    draft.change(lambda files: answers.edit(files, "dorset", NAME, FIELDS, digest(None)), ADA)
    return draft


def test_it_stands_in_the_forces_file_and_is_answered_there(draft):
    assert draft.look().text(DORSET) == FILES[DORSET].replace("# the end\n", f"{WRITTEN}# the end\n")
    knowledge = checks.knowledge(draft.look())
    assert look_up(knowledge, "powers_detain", "dorset", point="how_long").text == FIELDS.text
    cell, = [cell for cell in answers.points_grid(knowledge, dt.date(2028, 1, 1)) if cell.place == "dorset"]
    assert (cell.topic, cell.point, cell.checked, cell.old) == ("powers_detain", "how_long", FIELDS.checked, True)


def test_it_is_changed_and_deleted_like_any_fact(draft):
    old = answers.entry(draft.look(), "dorset", NAME)
    new = msgspec.structs.replace(FIELDS, text="In Dorset it is twenty minutes.")
    draft.change(lambda files: answers.edit(files, "dorset", NAME, new, digest(old)), BEN)
    assert draft.look().text(DORSET).endswith(WRITTEN.replace("ten", "twenty") + "# the end\n")
    with pytest.raises(Changed):
        draft.change(lambda files: answers.edit(files, "dorset", NAME, FIELDS, digest(old)), ADA)
    now = digest(answers.entry(draft.look(), "dorset", NAME))
    draft.change(lambda files: answers.edit(files, "dorset", "powers_detain/walk_off", FIELDS, digest(None)), ADA)
    draft.change(lambda files: answers.delete(files, "dorset", NAME, now), ADA)
    assert list(draft.look().yaml(DORSET).data["points"]["powers_detain"]) == ["walk_off"]
    draft.change(lambda files: answers.restore(files, "dorset", NAME, old, {}, digest(None)), ADA)
    assert answers.entry(draft.look(), "dorset", NAME) == old


def test_the_last_one_leaves_a_file_that_can_be_read(draft):
    now = digest(answers.entry(draft.look(), "dorset", NAME))
    draft.change(lambda files: answers.delete(files, "dorset", NAME, now), ADA)
    assert checks.problems(draft.look()) == [] and answers.entry(draft.look(), "dorset", NAME) is None
    draft.change(lambda files: answers.edit(files, "dorset", NAME, FIELDS, digest(None)), ADA)
    assert answers.entry(draft.look(), "dorset", NAME)["text"] == FIELDS.text


@pytest.mark.parametrize(("place", "name"), [("dorset", "powers_detain/never"), ("national", NAME), ("dorset", "powers_fly/how_long")])
def test_only_a_particular_question_that_is_there_can_be_answered_by_a_force(draft, place, name):
    with pytest.raises(Refused, match="There is no"):
        answers.edit(draft.look(), place, name, FIELDS, digest(answers.entry(draft.look(), place, name)))


def test_it_goes_with_its_question(draft):
    held = points.one(draft.look(), "powers_detain", "how_long")
    assert points.of_forces(draft.look(), "powers_detain", "how_long") == {"dorset": FIELDS.text}
    draft.change(lambda files: points.delete(files, "powers_detain", "how_long", points.state(held)), ADA)
    assert answers.entry(draft.look(), "dorset", NAME) is None and checks.problems(draft.look()) == []


@pytest.fixture
def with_dogs(draft):
    """The draft with a topic of its own whose particular question Dorset answers itself."""
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    draft.change(lambda files: points.add(files, "powers_dogs", "bites", POINT), ADA)
    draft.change(lambda files: answers.edit(files, "dorset", "powers_dogs/bites", FIELDS, digest(None)), ADA)
    return draft


def test_it_goes_along_when_its_topic_gets_another_name(with_dogs):
    before = answers.entry(with_dogs.look(), "dorset", "powers_dogs/bites")
    with_dogs.change(lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), BEN)
    assert answers.entry(with_dogs.look(), "dorset", "powers_hounds/bites") == before and checks.problems(with_dogs.look()) == []


@pytest.mark.parametrize("target", ["powers_detain", "powers_search"])
def test_it_goes_along_when_its_topic_becomes_part_of_another(with_dogs, target):
    before = answers.entry(with_dogs.look(), "dorset", "powers_dogs/bites")
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", target), BEN)
    assert answers.entry(with_dogs.look(), "dorset", f"{target}/bites") == before
    assert answers.entry(with_dogs.look(), "dorset", NAME)["text"] == FIELDS.text and checks.problems(with_dogs.look()) == []


def test_it_is_taken_away_and_brought_back_as_csv(draft):
    table = fact_files.as_csv(draft.look())
    assert "dorset,powers_detain/how_long,In Dorset it is ten minutes.,page,2026-03-01," in table
    wanted = fact_files.read_csv(draft.look(), table.replace("ten minutes", "an hour"))
    assert [row.values["topic"] for row in wanted.rows] == [NAME] and not wanted.troubles
    draft.change(lambda files: fact_files.edit(files, wanted), ADA)
    assert answers.entry(draft.look(), "dorset", NAME)["text"] == "In Dorset it is an hour."
    refused = fact_files.read_csv(draft.look(), table.replace("dorset,powers_detain/how_long", "dorset,powers_detain/never"))
    assert "no topic 'powers_detain/never'" in refused.troubles[0].message


def test_the_text_for_people_whose_force_is_known_is_kept_and_comes_back(draft):
    held = points.one(draft.look(), "powers_detain", "walk_off")
    fields = points.Fields(held.entry["text"], [], None, False, True, None, held.asked, held.then,
                           with_force="I don't know what happens then.")
    draft.change(lambda files: points.edit(files, "powers_detain", "walk_off", fields, points.state(held)), ADA)
    kept = points.one(draft.look(), "powers_detain", "walk_off")
    assert kept.entry["with_force"] == fields.with_force
    assert look_up(checks.knowledge(draft.look()), "powers_detain", "dorset", point="walk_off").text.startswith(fields.with_force)
    without = msgspec.structs.replace(fields, with_force=None, asked=ASKED)
    draft.change(lambda files: points.edit(files, "powers_detain", "walk_off", without, points.state(kept)), BEN)
    assert "with_force" not in points.one(draft.look(), "powers_detain", "walk_off").entry
    now = points.state(points.one(draft.look(), "powers_detain", "walk_off"))
    draft.change(lambda files: points.restore(files, "powers_detain", "walk_off", kept.entry, {}, now), BEN)
    assert points.one(draft.look(), "powers_detain", "walk_off").entry["with_force"] == fields.with_force
