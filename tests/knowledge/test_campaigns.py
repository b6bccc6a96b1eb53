"""Recruitment by the clock: open, later, closed, said in true words at the moment of the question."""

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest

from knowledge import KnowledgeError, load, look_up
from knowledge.schema import Point
from knowledge.campaigns import moment

TODAY = dt.date(2026, 11, 21)
LONDON = ZoneInfo("Europe/London")

RECRUITMENT = """\
  recruitment_status:
    label: Recruiting now
    question: Is my force recruiting PCSOs now?
    varies: true
    text: Each force opens campaigns when it needs people.
    sources: [act]
    checked: 2026-01-03
    review_by: 2027-01-03
  recruitment_apply:
    label: How to apply
    question: How do I apply to be a PCSO?
    varies: true
    campaign_first: [open, later]
    text: You apply to the force itself, on its website.
    sources: [act]
    checked: 2026-01-03
    review_by: 2027-01-03
"""
CAMPAIGN = """\
campaigns:
  - opens: {opens}
    closes: {closes}
    link: https://www.dorset.police.uk/pcso
    sources:
      - title: PCSO recruitment
        publisher: Dorset Police
        url: https://www.dorset.police.uk/news
    checked: 2026-11-20
"""
STATUS = """\
  recruitment_status:
    text: When last checked, Dorset Police was not recruiting PCSOs.
    sources: [page]
    checked: {checked}
    review_by: 2027-01-01
"""


@pytest.fixture
def recruiting(folder):
    """recruiting(opens, closes, checked): the small knowledge with a campaign; `checked` dates the written fact."""
    def build(opens="2026-11-23 09:00", closes="2026-12-04 17:00", checked="2026-10-01", extra=""):
        with (folder / "national.yml").open("a", encoding="utf-8") as file:
            file.write(RECRUITMENT)
        campaign = CAMPAIGN.format(opens=opens, closes=closes)
        if closes is None:
            campaign = campaign.replace("    closes: None\n", "")
        with (folder / "forces" / "dorset.yml").open("a", encoding="utf-8") as file:
            file.write((STATUS.format(checked=checked) if checked else "") + campaign + extra)
        return load(folder, today=TODAY)
    return build


def at(text):
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=LONDON)


@pytest.mark.parametrize(("now", "words"), [
    ("2026-11-22 12:00:00",
     "Dorset Police says it will recruit PCSOs from 9am on Monday 23 November 2026 until 5pm on Friday 4 December 2026."),
    ("2026-11-23 08:59:59", "will recruit PCSOs from 9am"),
    ("2026-11-23 09:00:00",
     "Dorset Police says it is recruiting PCSOs until 5pm on Friday 4 December 2026. Apply here: https://www.dorset.police.uk/pcso"),
    ("2026-12-04 16:59:59", "is recruiting PCSOs until 5pm"),
    ("2026-12-04 17:00:00", "The last PCSO campaign of Dorset Police that I know of closed at 5pm on Friday 4 December 2026."),
])
def test_the_status_changes_at_its_hour(recruiting, now, words):
    reply = look_up(recruiting(), "recruitment_status", "dorset", now=at(now))
    assert words in reply.text
    assert (reply.scope, reply.force, reply.checked) == ("force", "dorset", "2026-11-20")
    assert reply.sources == [{"title": "PCSO recruitment", "publisher": "Dorset Police", "url": "https://www.dorset.police.uk/news"}]


def test_the_written_fact_comes_back_once_it_was_checked_after_the_campaign(recruiting):
    knowledge = recruiting(opens="2026-06-01 09:00", closes="2026-06-30 17:00", checked="2026-10-01")
    assert "not recruiting" in look_up(knowledge, "recruitment_status", "dorset", now=at("2026-11-21 12:00:00")).text


def test_a_fact_checked_before_the_campaign_closed_stays_behind_it(recruiting):
    knowledge = recruiting(opens="2026-06-01 09:00", closes="2026-10-01 17:00", checked="2026-10-01")
    assert "closed at 5pm on Thursday 1 October 2026" in look_up(
        knowledge, "recruitment_status", "dorset", now=at("2026-11-21 12:00:00")).text


@pytest.mark.parametrize(("opens", "utc"), [
    ("2027-03-28 00:59", "2027-03-28 00:59"),   # winter time until one o'clock
    ("2027-03-28 09:00", "2027-03-28 08:00"),   # summer time has begun that night
    ("2027-10-30 09:00", "2027-10-30 08:00"),
    ("2027-10-31 01:30", "2027-10-31 00:30"),   # happens twice: the first
    ("2027-10-31 09:00", "2027-10-31 09:00"),
])
def test_hours_are_londons_through_the_year(opens, utc):
    assert moment(opens) == dt.datetime.strptime(utc, "%Y-%m-%d %H:%M").replace(tzinfo=dt.timezone.utc)


@pytest.mark.parametrize("hour", ["2026-03-29 01:00", "2026-03-29 01:30", "2027-03-28 01:59"])
def test_an_hour_that_the_clocks_leave_out_is_none(hour, recruiting):
    with pytest.raises(ValueError, match="clocks go forward"):
        moment(hour)
    with pytest.raises(KnowledgeError, match="is no day and hour"):
        recruiting(closes=hour)


def test_it_opens_on_the_hour_after_the_clocks_change(recruiting):
    knowledge = recruiting(opens="2027-03-28 09:00", closes="2027-04-09 17:00")
    before, after = dt.datetime(2027, 3, 28, 7, 59, 59, tzinfo=dt.timezone.utc), dt.datetime(2027, 3, 28, 8, tzinfo=dt.timezone.utc)
    assert "will recruit" in look_up(knowledge, "recruitment_status", "dorset", now=before).text
    assert "is recruiting" in look_up(knowledge, "recruitment_status", "dorset", now=after).text


@pytest.mark.parametrize(("opens", "closes", "now", "words"), [
    ("2026-11-23 00:00", "2026-12-05 00:00", "2026-11-22 10:00:00", "from Monday 23 November 2026 until the end of Friday 4 December 2026"),
    ("2026-11-23 12:00", "2026-12-04 23:59", "2026-11-22 10:00:00",
     "from midday on Monday 23 November 2026 until 11:59pm on Friday 4 December 2026"),
    ("2026-11-01 00:30", "2026-12-04 12:00", "2026-11-22 10:00:00", "until midday on Friday"),
    ("2026-11-01 09:00", None, "2026-11-22 10:00:00", "is recruiting PCSOs now. No closing date is given."),
    ("2026-11-01 09:00", "2026-11-21 00:00", "2026-11-22 10:00:00", "closed at the end of Friday 20 November 2026"),
])
def test_hours_are_said_so_that_nobody_can_mistake_them(recruiting, opens, closes, now, words):
    assert words in look_up(recruiting(opens, closes), "recruitment_status", "dorset", now=at(now)).text


def test_how_to_apply_begins_with_an_open_campaign_and_does_not_contradict_it(recruiting):
    reply = look_up(recruiting(), "recruitment_apply", "dorset", now=at("2026-11-24 12:00:00"))
    assert reply.text.startswith("Dorset Police says it is recruiting PCSOs until")
    assert "\n\nYou apply" in reply.text and "I don't have anything more from Dorset Police on this." in reply.text
    assert (reply.scope, reply.checked) == ("force", "2026-01-03")
    assert [source["title"] for source in reply.sources] == ["PCSO recruitment", "Police Reform Act 2002"]


def test_how_to_apply_says_nothing_of_a_closed_campaign(recruiting):
    assert "campaign" not in look_up(recruiting(), "recruitment_apply", "dorset", now=at("2026-12-10 12:00:00")).text


def test_other_topics_and_other_forces_are_untouched(recruiting):
    knowledge = recruiting()
    assert "recruit" not in look_up(knowledge, "powers_search", "dorset", now=at("2026-11-24 12:00:00")).text
    assert look_up(knowledge, "recruitment_status", None, now=at("2026-11-24 12:00:00")).scope == "national"


def test_who_asks_for_no_force_hears_which_recruit(recruiting):
    knowledge = recruiting()
    texts = [look_up(knowledge, "recruitment_status", None, now=at(now)).text for now in ("2026-11-24 12:00:00", "2026-12-10 12:00:00")]
    assert texts[0].startswith("Open now, as far as I know: Dorset Police.") and texts[0].endswith(texts[1]) and "Dorset" not in texts[1]


def test_an_open_campaign_goes_before_a_point_on_vacancies(recruiting):
    knowledge, now = recruiting(), at("2026-11-24 12:00:00")
    point = Point("I don't know the closing date.", [], None, unknown=True, varies=True)
    other = Point("I don't know how many apply for a post.", [], None, unknown=True)
    knowledge = msgspec.structs.replace(knowledge, points={"recruitment_status": {"closing_date": point, "competition": other}})
    for force in (None, "dorset"):  # a campaign says nothing on what doesn't vary by force
        assert other.text in look_up(knowledge, "recruitment_status", force, now=now, point="competition").text
    assert look_up(knowledge, "recruitment_status", None, now=now, point="closing_date").text.startswith("Open now")
    assert look_up(knowledge, "recruitment_status", "dorset", now=now, point="closing_date") == look_up(
        knowledge, "recruitment_status", "dorset", now=now)


def test_what_somebody_else_says_is_given_as_theirs(recruiting, folder):
    recruiting()
    path = folder / "forces" / "dorset.yml"
    path.write_text(path.read_text("utf-8").replace("        publisher: Dorset Police", "        publisher: Dorset Echo"), "utf-8")
    reply = look_up(load(folder, today=TODAY), "recruitment_status", "dorset", now=at("2026-11-24 12:00:00"))
    assert reply.text.startswith("According to Dorset Echo, Dorset Police is recruiting PCSOs until")


SECOND = CAMPAIGN.replace("campaigns:\n", "")


@pytest.mark.parametrize(("opens", "closes", "extra", "words"), [
    ("2026-11-31 09:00", "2026-12-04 17:00", "", "no day and hour"),
    ("2026-11-23 24:00", "2026-12-04 17:00", "", "no day and hour"),
    ("0001-01-01 00:00", "2026-12-04 17:00", "", "no day and hour"),
    ("next Monday", "2026-12-04 17:00", "", "not written in the form"),
    ("2026-12-23 09:00", "2026-12-04 17:00", "", "closes before it opens"),
    ("2026-11-23 09:00", "2026-12-04 17:00", SECOND.format(opens="2026-12-01 09:00", closes="2026-12-31 09:00"), "overlaps"),
    ("2026-11-23 09:00", "2026-12-04 17:00", SECOND.format(opens="2027-01-01 09:00", closes="2027-01-31 09:00").replace(
        "2026-11-20", "2026-11-30"), "in the future"),
])
def test_campaigns_that_cannot_be_right_are_refused(recruiting, opens, closes, extra, words):
    with pytest.raises(KnowledgeError) as caught:
        recruiting(opens, closes, extra=extra)
    assert any(words in str(problem) and "dorset.yml" in str(problem) for problem in caught.value.problems), caught.value


def test_a_force_without_pcsos_cannot_recruit_any(recruiting):
    with pytest.raises(KnowledgeError, match="no PCSOs"):
        recruiting(extra="without_pcsos:\n  text: Dorset Police has no PCSOs.\n  sources: [page]\n  checked: 2026-02-01\n")
