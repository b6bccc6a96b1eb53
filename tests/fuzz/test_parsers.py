"""Every parser that reads what others write: whatever comes in, what comes out is a result or the parser's own error."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st
from starlette.requests import Request

import safety
from door import settings as door_settings
from door.api.edge import client_address
from door.environment import SettingsError
from door.questions import MOST_CHARACTERS, NotUnderstood, read_id, read_text
from door.telegram import settings as telegram_settings
from door.telegram.scrubbed import scrubbed
from door.tokens import BadToken, Tokens
from knowledge import KnowledgeError, load, yaml_lines
from knowledge.loading import FOLDER
from knowledge.personal_data import redact
from knowledge.personal_data.remains import blanked
from knowledge.signing import NotGenuine, etag, sha256, verify
from knowledge.unpacking import BrokenPackage, unpack
from safety.alarm import RANK
from tests.growth import MOST, growth

# FUZZ_EXAMPLES: how many of each; `make test-slow` asks for more.
many = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES") or 60))

any_text = st.text(st.characters(codec=None), max_size=200)
header_text = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=120)
# What personal data is made of, so that the patterns get far into their matching.
pieces = st.sampled_from("my name is|im called|07700|900|123|DE1|2AB|@|.com|at|dot|14|road|born|on|3rd|may|1990|AB12|CDE|reg|4111|1111|"
                         "[name]|-|,|.|/|(|)|+44|O'|Jane|JANE|https://|?token=|'s|double|oh|nine|flat 2|dob|ni|\u200b|"
                         "\ud800|é|\n".split("|"))
likely_text = st.lists(pieces, max_size=30).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words)]))
json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | any_text,
                           lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4), max_leaves=15)
VARIABLES = sorted({field.metadata["variable"] for kind in (door_settings.Settings, telegram_settings.TelegramSettings)
                    for field in kind.__dataclass_fields__.values() if "variable" in field.metadata})
setting_values = any_text | st.sampled_from(["http://[", "http://a:b", "http://", "sqlite://", "postgresql://", "redis://[", "https://x/*",
                                             "::/0",
                                             "1e400", "nan", "-1", "0x10", "１２", "7:é", "https://a;b"]) | st.integers().map(str)


@many
@given(st.dictionaries(st.sampled_from(VARIABLES), setting_values, max_size=4))
@example({"RASA_URL": "http://127.0.0.1:port"})
@example({"EMBED_ORIGINS": "https://[::1"})
def test_settings(environment: dict[str, str]):
    for module in (door_settings, telegram_settings):
        try:
            module.from_environment(environment)
        except SettingsError as error:
            assert any(name in str(error) for name in environment), "the error names the variable"
            secret = environment.get("SECRET_KEY", "")
            told = next((line for line in str(error).splitlines() if line.startswith("SECRET_KEY")), "")
            assert len(secret) < 8 or secret not in told


@pytest.mark.parametrize("variable", ["RASA_URL", "TELEGRAM_API_URL"])
@pytest.mark.parametrize("value", ["http://127.0.0.1:port", "http://[::1", "http://x:70000", "file:///etc/passwd", "http://"])
def test_addresses_that_nothing_can_be_reached_at_are_refused_at_the_start(variable: str, value: str):
    with pytest.raises(SettingsError, match=f"{variable} must be an address such as"):
        telegram_settings.from_environment({variable: value})


@many
@given(any_text | header_text, st.floats(1, 1e6))
def test_tokens(token: str, seconds: float):
    tokens = Tokens("k" * 32, seconds)
    with pytest.raises(BadToken):
        tokens.open(token)
    tokens.new_conversation(token), tokens.reference(token), tokens.client(token)


@many
@given(st.data())
def test_a_changed_token_opens_nothing(data: st.DataObject):
    tokens = Tokens("k" * 32, 1e6)
    token = tokens.sign("0123456789abcdef" * 2)
    at = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.characters(codec="ascii").filter(lambda sign: sign != token[at]))
    changed = token[:at] + sign + token[at + 1:]
    try:
        # Base64 can write the same signature in several ways ('_' and '/', spare bits at its end): never another conversation's.
        assert tokens.open(changed) == tokens.open(token)
    except BadToken:
        pass
    with pytest.raises(BadToken):
        Tokens("another key" * 4, 1e6).open(token)


@many
@given(st.lists(header_text | st.sampled_from(["10.0.0.1", "[::1]:80", "1.2.3.4:5", ",", "::ffff:10.0.0.1"]), max_size=4), header_text)
def test_client_addresses(forwarded: list[str], peer: str):
    request = Request({"type": "http", "client": (peer, 1), "headers": [
        (b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]})
    trusted = door_settings.from_environment({"TRUSTED_PROXIES": "0.0.0.0/0,::/0"}).trusted_proxies
    assert client_address(request, trusted)


@many
@given(any_text | likely_text)
def test_messages(text: str):
    try:
        kept = read_text(text)
    except NotUnderstood:
        return
    assert kept and len(kept) <= 2 * MOST_CHARACTERS
    kept.encode()  # it can be written down


@many
@given(any_text | likely_text)
def test_redaction_settles_and_blanks_keep_their_length(text: str):
    once = redact(text)
    assert redact(once) == once
    assert len(blanked(once)) == len(once)
    assert safety.check(text).level in RANK


@pytest.mark.parametrize("piece", ["0", "o ", "a", "a.", "1-", "my name is ", "@", "a@", "at ", "dot ", "/", "born 1/1/", "[name] ",
                                   "flat 1 ", "AB12 ", "double ", "im ", "J. ", "http://", "é", "\u200b", "12, ", "12 a b c d ",
                                   "post code "])
def test_long_repetitions_end(piece: str):
    """Up to the longest message: what took the cube of it would hang the run with more. Without a "[" `blanked` looks at nothing."""
    assert growth(redact, piece, MOST_CHARACTERS // 4) < MOST
    assert growth(lambda text: blanked(f"[name]{text}x"), piece, MOST_CHARACTERS // 4) < MOST


@many
@given(header_text | any_text)
def test_message_ids(given_id: str):
    try:
        assert read_id(given_id) == given_id
    except NotUnderstood:
        pass


@many
@given(json_values)
def test_telegram_updates(raw: object):
    json.dumps(scrubbed({"message": raw, "text": raw, "entities": raw}))


yaml_pieces = st.sampled_from("answers:|sources:|  role_definition:|    text: x|- |? |: |&a |*a |{|}|[|]|'|\"|!!python/object:os.system |"
                              "!!binary x|%YAML 9|---|...|\t|\n|\n  |"
                              "\n    |2026-13-45|~|null|1e999|\u0000|\x85|é|label: y|<<: *a|0o9".split("|"))


@many
@given(st.lists(yaml_pieces, max_size=25).map("".join) | any_text)
@example("[" * 3_000)
@example("{a: " * 1_500)
@example("a: &a [*a]")
def test_yaml(text: str):
    try:
        yaml_lines.parse(text)
    except yaml_lines.BrokenYaml as error:
        assert error.line >= 1 and error.message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_text_nested_too_deep_is_refused(opening: str):
    with pytest.raises(yaml_lines.BrokenYaml):
        yaml_lines.parse(opening * 50_000)


@pytest.mark.parametrize("text", [
    "a:\tb", "a: x\ty", "%YAML 1.1\n---\na: yes", "a: 'x\u2028y'\nb: 1", "# x\u0085y\nb: 1", "a: b\u2028c: d", "\ufeffa: 1",
    "a: yes\nb: 010\nc: 2026-02-03", "a: 1\na: 2", "a: >\n  x\n  y\nb: |\n  z\n", "a: &x [1]\nb: *x"])
def test_both_parsers_read_odd_texts_alike(text: str):
    read = []
    for way in (yaml_lines.parse, lambda given: yaml_lines.plain(*yaml_lines.compose(given))):
        try:
            read.append(way(text))
        except yaml_lines.BrokenYaml as error:
            read.append((error.line, error.message))
    assert read[0] == read[1]


@pytest.mark.parametrize("folder", ["knowledge", "points", "follow_ups", "safety"])
def test_both_parsers_read_our_files_alike(folder: str):
    for file in sorted((FOLDER.parent / folder).rglob("*.yml")):
        text = file.read_text(encoding="utf-8")
        assert yaml_lines.parse(text) == yaml_lines.plain(*yaml_lines.compose(text)), file


def test_a_file_that_multiplies_itself_is_refused():
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    with pytest.raises(yaml_lines.BrokenYaml):
        yaml_lines.parse(laughs)


@many
@given(st.lists(yaml_pieces, min_size=1, max_size=12).map("".join), st.integers(0, 10_000), st.booleans())
def test_a_damaged_knowledge_file_is_named_or_still_good(tmp_path_factory: pytest.TempPathFactory, damage: str, at: int, cut: bool):
    folder: Path = tmp_path_factory.mktemp("knowledge")
    (folder / "forces").mkdir()
    national = (FOLDER / "national.yml").read_text(encoding="utf-8")[:4_000]
    (folder / "national.yml").write_text(national[:at] + damage + ("" if cut else national[at:]), encoding="utf-8", errors="replace")
    try:
        load(folder)
    except KnowledgeError as error:
        assert all(problem.file and problem.line >= 1 and problem.message for problem in error.problems)


@many
@given(st.binary(max_size=300), st.sampled_from(["model", "knowledge"]), header_text | any_text)
def test_signatures(content: bytes, kind: str, given_etag: str):
    with pytest.raises(NotGenuine):
        verify(given_etag, content, kind, key="key")
    with pytest.raises(NotGenuine):
        verify(f'"{sha256(content)}.{given_etag}é"', content, kind, key="key")
    assert verify(etag(sha256(content), kind, "key"), content, kind, key="key")
    with pytest.raises(NotGenuine):
        verify(etag(sha256(content), kind, "other"), content, kind, key="key")


@many
@given(st.binary(max_size=1_000))
def test_packages_of_knowledge(tmp_path_factory: pytest.TempPathFactory, packed: bytes):
    with pytest.raises(BrokenPackage):
        unpack(packed or b"x", tmp_path_factory.mktemp("packed"))


@pytest.mark.parametrize("name", ["../evil.yml", "/etc/evil.yml", "data/knowledge/../../evil.yml", "data/knowledge/x.py", "data/nlu/x.yml",
                                  "data/knowledge/a/b/c.yml", "data/knowledge/é.yml"])
def test_packages_write_nothing_elsewhere(tmp_path: Path, name: str):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(BrokenPackage):
        unpack(buffer.getvalue(), tmp_path / "inside")
    assert not list(tmp_path.rglob("*.yml")) and not list(tmp_path.rglob("*.py"))
