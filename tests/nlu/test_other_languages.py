"""Other languages: told apart from English and from each other, and danger told in them, from a few examples."""

import pytest

import safety
from bot.nlu import other_languages
from bot.nlu.other_languages import EMERGENCY, OTHER, ForeignHeads
from knowledge import load
from safety.languages import UNKNOWN

POLISH = {
    EMERGENCY: ["ktos wlamuje sie do mieszkania", "maz mnie bije pomocy", "pali sie w kuchni", "on ma noz", "dziecko nie oddycha",
                "sasiad bije zone slychac krzyki", "babcia upadla i nie oddycha", "pomocy pali sie klatka"],
    OTHER: ["jak zostac pcso", "gdzie jest komisariat", "ile zarabia pcso", "ukradli mi rower tydzien temu", "dziekuje bardzo za pomoc",
            "sasiad parkuje pod moim domem", "czy pcso moze mnie aresztowac", "o ktorej zaczyna sie zebranie"]}
CHINESE = {
    EMERGENCY: ["有人在砸我家的门", "我老公打我", "厨房着火了", "他有刀", "孩子没有呼吸了", "救命啊", "奶奶晕倒了 没有呼吸", "着火了快来"],
    OTHER: ["怎么当社区警察", "派出所在哪里", "工资多少", "上周自行车被偷了", "谢谢你们的帮助", "邻居停车挡住我家", "社区警察可以抓人吗",
            "会议几点开始"]}
ENGLISH = ["what can a pcso do", "where is the police station", "how much do they earn", "someone is breaking in", "thanks for your help",
           "can they arrest me", "my bike was stolen last week", "how do i become one", "the kitchen is on fire", "who is my local officer"]


@pytest.fixture
def fitted(tmp_path, monkeypatch) -> ForeignHeads:
    """Heads that learnt Polish and Chinese from sixteen lines each."""
    for language, kinds in (("pl", POLISH), ("zh-Hans", CHINESE)):
        lines = [line for kind, texts in kinds.items() for line in (f"{kind}:", *(f'  - "{text}"' for text in texts))]
        (tmp_path / f"{language}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(other_languages, "FOLDER", tmp_path)
    return ForeignHeads.fit(ENGLISH)


@pytest.mark.parametrize(("text", "by_words", "language"), [
    ("czy pcso moze przyjsc do domu", "pl", "pl"),
    ("社区警察可以来我家吗", "zh-Hans", "zh-Hans"),
    ("社區警察可以來我家嗎", "zh-Hant", "zh-Hant"),    # the script is told by `safety`
    ("what do they do at night", "en", "en"),
    ("what do they do at night", "pl", "en"),  # words alone aren't believed
    ("社区警察可以来我家吗", "en", "zh-Hans"),        # letters that are sure are
    ("家に誰かいる", UNKNOWN, UNKNOWN),              # a script that isn't known
    ("101 ?", UNKNOWN, "en"),                        # no word at all
])
def test_language(fitted, text, by_words, language):
    assert fitted.language(text, by_words) == language


@pytest.mark.parametrize(("dangerous", "calm"), [
    ("pomocy maz bije dziecko", "czy pcso moze zostac w domu"),
    ("有人着火了", "社区警察工资多少"),
])
def test_danger(fitted, dangerous, calm):
    assert fitted.danger(dangerous) > 0.5 > fitted.danger(calm)


def test_what_was_saved_says_the_same(fitted, tmp_path):
    fitted.save(tmp_path)
    again = ForeignHeads.load(tmp_path)
    for text in ("pomocy maz bije dziecko", "上周有刀"):
        assert again.danger(text) == pytest.approx(fitted.danger(text), abs=2e-3)
        assert again.language(text, "pl") == fitted.language(text, "pl")


def test_every_language_has_examples_of_both():
    counts = {}
    for example in other_languages.examples():
        counts.setdefault(example.language, {EMERGENCY: 0, OTHER: 0})[example.label] += 1
    assert len(counts) == 30 and min(min(labels.values()) for labels in counts.values()) >= 150


def test_every_language_has_its_999_sentence_and_its_note():
    languages = {example.language for example in other_languages.examples()}
    assert languages == set(safety.CALL_999) - {"en"} | {UNKNOWN} == set(load().notes)


def test_a_list_with_another_name_is_refused(tmp_path, monkeypatch):
    (tmp_path / "pl.yml").write_text("emergancy:\n  - pali sie\n", encoding="utf-8")
    monkeypatch.setattr(other_languages, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="pl.yml: 'emergancy:'"):
        list(other_languages.examples())


def test_what_is_no_list_of_texts_is_refused(tmp_path, monkeypatch):
    (tmp_path / "pl.yml").write_text("emergency: [pomocy]\nother: [16]\n", "utf-8")
    monkeypatch.setattr(other_languages, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="'other:' needs a list of texts"):
        list(other_languages.examples())
