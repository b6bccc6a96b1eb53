"""The public names, the contract's shape of each reply, and the data behind them."""

import pytest

import safety
from safety import Alarm, CALL_999, check, help_for, reply_to_emergency, reply_to_unreadable, reply_when_broken
from safety import data, english, helps, other
from safety.data import SafetyDataError
from safety.patterns import PatternError, compile_pattern

LANGUAGES = {"en", "cy", "pl", "ro", "pa", "pa-Latn", "ur", "ur-Latn", "bn", "ar", "pt", "es", "fr", "it", "uk", "ru", "tr",
             "so", "bn-Latn", "zh-Hans", "zh-Hant", "gu", "hi", "ta", "fa", "lt", "bg", "hu", "el", "de"}


def contract(message, emergency):
    assert set(message) == {"text", "custom"}
    custom = message["custom"]
    assert set(custom) == {"topic", "force", "scope", "emergency", "checked", "sources", "lang"}
    assert custom["scope"] in ("force", "national", "unknown")
    assert custom["emergency"] is emergency
    assert custom["checked"] is None or len(custom["checked"]) == 10
    assert (custom["checked"] is None) == (custom["sources"] == [])
    for source in custom["sources"]:
        assert source["title"] and source["publisher"]
        assert source.get("url", "https://").startswith("https://")
    assert message["text"].strip() == message["text"] != ""


def test_call_999_in_every_language():
    assert set(CALL_999) == LANGUAGES
    for tag, text in CALL_999.items():
        assert "999" in text[:45], tag
    assert CALL_999["en"].startswith("Call 999 now")


def test_emergency_reply_says_999_first_in_the_persons_language():
    messages = reply_to_emergency(check("mąż mnie bije"))
    assert messages[0]["text"] == CALL_999["pl"] and messages[0]["custom"]["lang"] == "pl"
    assert messages[1]["text"] == CALL_999["en"]
    for message in messages:
        contract(message, emergency=True)
        assert message["custom"]["topic"] == "emergency"


def test_emergency_reply_in_a_language_without_a_sentence_is_english():
    assert reply_to_emergency(Alarm(level="emergency", language="xx"))[0]["text"] == CALL_999["en"]


@pytest.mark.parametrize("sentence,key", [
    ("i want to kill myself", "samaritans"), ("cant talk hes in the next room", "silent_solution"),
    ("my house is on fire", "fire_brigade"), ("kids on the train tracks", "railway_police"),
    ("a child is drowning in the sea", "coastguard"), ("my husband is hitting me", "police"),
    ("my stepdad is touching me", "childline"), ("my nan has collapsed", "ambulance"),
    ("my husband has just kicked off and he is hitting me", "domestic_england")])
def test_the_right_help(sentence, key):
    alarm = check(sentence)
    assert alarm.level == "emergency"
    assert key in [item.key for item in help_for(alarm.kinds, None)], alarm


@pytest.mark.parametrize(("text", "kinds"), [
    ("im 13 and someones following me", {"child"}), ("im 13 weeks gone and bleeding", set()), ("my dad keeps hitting me", {"child"}),
    ("my ex boyfriend is outside kicking the door", {"domestic"}), ("a customer is threatening my staff", set()),
])
def test_who_writes_names_help_and_no_danger(text, kinds):
    alarm = check(text)
    assert set(alarm.also) == kinds
    assert check("my ex").level == check("im 13 and").level == "none"


def test_helps_by_force():
    assert "domestic_wales" in [item.key for item in help_for(["domestic"], "south_wales")]
    assert "domestic_england" in [item.key for item in help_for(["domestic"], "dorset")]
    assert help_for([], None) == [] and help_for(["no such kind"], "no such force") == []


def test_every_help_has_source_and_date():
    for item in helps._HELPS.values():
        assert item.sources and len(item.checked) == 10
    assert len(help_for(["domestic", "silent", "child", "suicide", "fire"], None)) <= helps.MOST_HELPS


def test_broken():
    calm = reply_when_broken("what is a pcso")
    contract(calm, emergency=False)
    assert "999" in calm["text"] and "101" in calm["text"] and calm["custom"]["topic"] == "unclear"
    urgent = reply_when_broken("hes got a knife")
    contract(urgent, emergency=True)
    assert urgent["text"].startswith(CALL_999["en"])
    foreign = reply_when_broken("przepraszam, gdzie jest najbliższy komisariat")
    contract(foreign, emergency=False)
    assert foreign["text"].startswith(CALL_999["pl"]) and calm["text"] in foreign["text"] and foreign["custom"]["lang"] == "pl"


def test_unreadable():
    for text in ("", "x" * 3000, None, "   "):
        reply = reply_to_unreadable(text)
        contract(reply, emergency=False)
        assert reply["custom"]["topic"] == "unclear"
    assert reply_to_unreadable("x " * 2000 + "he has got a knife").get("custom")["emergency"] is True


def test_alarm_is_what_staff_can_read():
    alarm = check("Someone is breaking into my house right now")
    assert alarm.level == "emergency" and "intruder" in alarm.kinds and alarm.about == "now"
    assert all(isinstance(reason, str) for reason in alarm.why)
    assert check("can pcsos arrest someone with a knife").about == "general"
    assert check("what do i do if someone breaks in").about == "if"
    assert check("my house was burgled last year").about == "past"


@pytest.mark.parametrize(("file", "shape", "was", "slip"), [
    ("events.yml", english.EventsFile, "    level: alarm\n", "    level: emergency\n"),
    ("frames.yml", english.FramesFile, "    reach: clause\n", "    reach: clauze\n"),
    ("frames.yml", english.FramesFile, "    meaning: past\n", "    meaning: pasd\n"),
    ("other_languages.yml", other.OtherFile, "- kinds: [help]\n", "- kinds: [help]\n        level: perhap\n"),
])
def test_a_word_that_the_detector_does_not_know_is_refused_at_the_start(tmp_path, file, shape, was, slip):
    """Else it would be found out, or quietly not be, when somebody cries for help."""
    text = (data.FOLDER / file).read_text("utf-8")
    assert was in text
    (tmp_path / file).write_text(text.replace(was, slip, 1), "utf-8")
    with pytest.raises(SafetyDataError, match="Invalid enum value"):
        data.load(file, shape, tmp_path)


def test_mistakes_in_the_data_are_named(tmp_path):
    (tmp_path / "events.yml").write_text("lists: {a: [b}\n", encoding="utf-8")
    with pytest.raises(SafetyDataError, match=r"events\.yml:1"):
        data.load("events.yml", dict, tmp_path)
    with pytest.raises(PatternError, match="no list 'nothing'"):
        compile_pattern("x", "a <nothing>", {})
    with pytest.raises(PatternError, match="at least one word"):
        compile_pattern("x", "[the]", {})


def test_public_names():
    for name in safety.__all__:
        assert hasattr(safety, name)


@pytest.mark.parametrize("text",
                         ["mi esposo me esta pegando", "moj chlopak mnie bije", "mon mari me frappe", "我丈夫在打我", "babam beni dövüyor"])
def test_violence_by_ones_own_people_names_the_domestic_abuse_helpline_in_any_language(text):
    alarm = check(text)
    assert alarm.level == "emergency" and "domestic" in alarm.kinds
    assert any("0808 2000 247" in item.text for item in help_for(alarm.kinds))


def test_violence_by_a_stranger_does_not():
    assert "domestic" not in check("ktos mnie bije").kinds
