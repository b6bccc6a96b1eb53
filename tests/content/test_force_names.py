"""The forces by name, read from single lines of their files."""

from pathlib import Path

from door.content import force_names
from door.content.force_names import Head


def test_a_file_gives_name_and_nation_whatever_else_is_wrong_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "knowledge" / "forces"
    folder.mkdir(parents=True)
    (folder / "kent.yml").write_text("id: kent\nname: 'Kent Police'\nnation: england\nfacts: [\n", "utf-8")
    (folder / "north.yml").write_text("nation: \"scotland\"   \nname: Police North\n  name: not this\nname: nor this\n", "utf-8")
    (folder / "blank.yml").write_text("", "utf-8")
    assert force_names.heads(tmp_path) == {"kent": Head("Kent Police", "england"), "north": Head("Police North", "scotland"),
                                           "blank": Head("blank", None)}
    assert list(force_names.read(tmp_path).items()) == [("kent", "Kent Police"), ("north", "Police North"), ("blank", "blank")]
