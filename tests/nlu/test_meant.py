"""What of a message is meant, where it says besides what isn't, or is polite first."""

import pytest

from bot.nlu.meant import Meant, meant
from tests.growth import MOST, growth


@pytest.mark.parametrize(("message", "left"), [
    ("no i mean tow it not clamp it", "tow it"),
    ("i asked who pays not how much. leeds btw", "who pays. leeds btw"),
    ("im not moaning i want to say ta", None),
    ("im not complaining i want to say ta", "i want to say ta"),
    ("hes not lost!! im asking if there is a form to fill in", "there is a form to fill in"),
    ("I didn't ask for an address. Does the council pay?", "Does the council pay?"),
    ("not wages, hours", "hours"),
    ("what i asked was do they work sundays", "do they work sundays"),
    ("lol no i said my bag", "my bag"),
    ("no thats the driver, i meant the guard", "the guard"),
    ("i havent been fined!! i want to know who fines the man next door", "who fines the man next door"),
    ("nope, wrong. i just asked if they work in pairs", "they work in pairs"),
    ("i didnt see him, he was gone", None),
    ("not sure, what do you think", None),
    ("you havent answered me. the scarf and the shoes", "the scarf and the shoes"),
    ("thats not what i asked mate. which powers do guards get", "which powers do guards get"),
    ("that was my brothers place. they caught him", None),
    ("no", None),
    ("is it hard with asthma i mean all that walking", None),
])
def test_what_is_said_not_to_be_meant_is_left_out(message, left):
    assert meant(message, in_talk=True) == (left and Meant(left, corrects=True))
    assert meant(message, in_talk=False) is None  # there is nothing to correct


@pytest.mark.parametrize(("message", "left"), [
    ("great thanks. do I need to speak welsh", "do I need to speak welsh"),
    ("cheers mate, and in wales?", "and in wales?"),
    ("ok thank you very much love how long is the course", "how long is the course"),
    ("thanks for nothing. can they be in two forces", "can they be in two forces"),
    ("ok 101 then. will my bus licence help", "will my bus licence help"),
    ("fair. do i have to do nights", "do i have to do nights"),
    ("ok ill ring 101. is my licence enough", "is my licence enough"),
    ("yes hes 14. can they search him", None),  # the first sentence is half of the question
    ("ok hes stopped breathing. what do i do", None),
    ("fine. my mate said so.", None),
    ("thanks", None),
    ("thanks for that", None),
    ("ok so can they arrest me", None),
    ("thank you for coming so quick that night", None),
])
@pytest.mark.parametrize("in_talk", [True, False])
def test_what_is_asked_after_a_courtesy_is_meant(message, left, in_talk):
    assert meant(message, in_talk) == (left and Meant(left, corrects=False))


@pytest.mark.parametrize("piece", ["no ", "thanks ", "i mean ", "not ", "not a, ", "im not asking ", "i asked not ", "im not applying ",
                                   "i", "no, i ", "i didnt ", "ok then ", "you ", "- ", ". ", " "])
@pytest.mark.parametrize("opening", ["", "i said "])
def test_time_grows_with_the_length_only(opening, piece):
    assert growth(lambda text: meant(f"{opening}{text}x", in_talk=True), piece) < MOST
