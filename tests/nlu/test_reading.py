"""What is read from a message before its meaning is looked for."""

import gc
import weakref

import pytest

from bot.nlu import parts, reading
from bot.nlu.gazetteer import Gazetteer
from bot.nlu.reading import LONGEST_STORY_WORDS
from bot.nlu.spelling import Speller
from knowledge import load, taught
from knowledge.places import Name
from knowledge.topics import named


@pytest.fixture(scope="module")
def reader():
    return reading.build(load(), [text for texts in taught.examples().values() for text in texts])


def forces(read):
    return [mention.name.forces[0] for mention in read.mentions]


@pytest.mark.parametrize(("message", "expected"), [
    ("is the met recruiting", ["metropolitan"]),
    ("i live in weymuth", ["dorset"]),
    ("Derbys", ["derbyshire"]),
    ("my mate in stoke-on-trent", ["staffordshire"]),
    ("king's lynn", ["norfolk"]),
    ("near milton keyns", ["thames_valley"]),
    ("GMP jobs", ["greater_manchester"]),
    ("do csos help in cardif", ["south_wales"]),
    ("Reading", ["thames_valley"]),
    ("I live in Reading", ["thames_valley"]),
    ("cars on the zigzags outside St Mary's school", []),
    ("st johns church hall meeting with the pcso", []),
    ("prison officer, Durham", ["durham"]),
    ("parking on the zigzags at the school near St Albans", ["hertfordshire"]),
    ("who do I ring in the school holidays, St Neots", ["cambridgeshire"]),
    ("pcso at St Albans primary, when", []),
    ("Churchwarden at St Mary's. Rough sleepers in the porch", []),
    ("sacked from HMP Wandsworth, can i apply", []),
    ("not on the train, in the shop", []),
    ("no trouble really, it's the needles", []),
    ("would a pcso visit a school in St Albans", ["hertfordshire"]),
    ("st albans pcso", ["hertfordshire"]),
    ("can I deal with reading the hope of a battle", []),
    ("i was told in march", []),
    ("is the moblie staiton coming", []),
    ("what do they do on the train", ["british_transport"]),
    ("compare Kent and Essex", ["kent", "essex"]),
    ("whats Bedfordshire's number", ["bedfordshire"]),
    ("i live in le3", ["leicestershire"]),
    ("are they hiring round TW18", ["surrey"]),
    ("SW1A", ["metropolitan"]),
    ("does ne1 know", []),
    ("whats on ch4", []),
    ("who covers Pucklechurch", ["avon_and_somerset"]),
])
def test_places(reader, message, expected):
    assert forces(reader.read(message)) == expected


@pytest.mark.parametrize(("message", "words"), [
    ("can pscos serch me", "can pcsos search me"),
    ("wot do u lot do", "what do you lot do"),
    ("polcie comunity suport oficer", "police community support officer"),
    ("heeeelp", "help"),
    ("30 mins", "30 mins"),
    ("who'd I ask", "who would i ask"),
    ("i carnt", "i can not"),
    ("mums ill, is she mentally ill", "mums ill is she mentally ill"),
    ("ill ring then", "i will ring then"),
])
def test_spelling(reader, message, words):
    assert reader.read(message).text == words


def test_nothing_keeps_the_reader_of_a_model_that_was_replaced():
    speller = Speller({"police", "station"}, {"police": 40, "station": 30}, {"u": "you"})
    name = Name(spelling="weymouth", label="Weymouth", forces=("dorset",), certain=True, is_force=False)
    gazetteer = Gazetteer({"weymouth": name}, speller)
    assert speller.correct("polcie") == "police" and gazetteer.closest("weymuth") == name
    gone = weakref.ref(speller), weakref.ref(gazetteer)
    del speller, gazetteer
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


def test_places_become_one_word_for_the_encoder(reader):
    assert reader.read("are Kent Police hiring").text == reader.read("are Dorset Police hiring").text


def test_a_buttons_own_question_is_its_topic_or_its_point(reader):
    for topic, answer in load().answers.items():
        assert reader.read(answer.question).button == topic
    for topic, points in load().points.items():
        assert all(reader.read(point.question).button == named(topic, name) for name, point in points.items() if point.question)


def test_what_was_answered_last_stands_before_what_leans_on_it(reader):
    topic, name, question = next((topic, name, point.question) for topic, points in load().points.items()
                                 for name, point in points.items() if point.question)
    after = reader.read("how long", named(topic, name))
    assert after.in_thread == f"{reader.read(question).text} [SEP] how long" and after.last_topic == topic
    assert after.story is None
    told = reader.read("how long", named(topic, name), ["a pcso took my bike", "in kent"])
    assert told.story == "a pcso took my bike in derby how long" and told.in_thread == after.in_thread
    assert reader.read("how long", None, ["a pcso took my bike"]).story is None
    long = reader.read("how long", named(topic, name), ["word " * 500]).story
    assert len(long.split()) == LONGEST_STORY_WORDS + 2 and long.endswith("how long")
    assert reader.read("how long", f"{topic}/gone").in_thread == reader.read("how long", topic).in_thread != after.in_thread


@pytest.mark.parametrize(("message", "expected"), [
    ("what do they earn and do I need to drive?", ["what do they earn", "do I need to drive?"]),
    ("Can they arrest me? How long can they hold me?", ["Can they arrest me?", "How long can they hold me?"]),
    ("how do i apply, what is the pay", ["how do i apply", "what is the pay"]),
    ("can they search me, has anyone complained about it before", ["can they search me", "has anyone complained about it before"]),
    ("can they fine me and whos in charge", ["can they fine me", "whos in charge"]),
    ("do they carry guns\nwhat do they earn", ["do they carry guns", "what do they earn"]),
    ("1. how do i apply 2. how long is training", ["how do i apply", "how long is training"]),
    ("he left so A) how do i complain B) what id do they show", ["he left so", "how do i complain", "what id do they show"]),
    ("under section 2. what can they do", ["under section 2.", "what can they do"]),
    ("How do they work with the council, and in what ways do they meet faith leaders?",
     ["How do they work with the council", "in what ways do they meet faith leaders?"]),
    ("can they nick me can they search me", ["can they nick me", "can they search me"]),
    ("can i go on to be a PC later is there a fitness test", ["can i go on to be a PC later", "is there a fitness test"]),
    ("wot do they do an how do i join", ["wot do they do", "how do i join"]),
    ("duties, training", ["duties", "training"]),
    ("pay, hours and training?", ["pay", "hours", "training"]),
    ("01/02/2023", []),
    ("pay," * 500, []),
    ("Swindon. Any jobs at present? Wage?", ["Swindon. Any jobs at present?", "Wage?"]),
    ("can they search me, please?", []),
    ("fish and chips", []),
    ("can they take drugs and alcohol off me", []),
])
def test_parts(message, expected):
    assert parts.split(message) == expected


@pytest.mark.parametrize("message", ["", " ", "?", "🙂🙂", "\u202e", "<b>", "'; drop table", "a" * 4000, "é" * 50, "? ? ?"])
def test_anything_can_be_read(reader, message):
    assert isinstance(reader.read(message).text, str)


@pytest.mark.parametrize(("message", "same_as"), [
    ("my name is [name], can they search me in Derby?", "can they search me in Derby?"),
    ("how do i apply, I'm [name]", "how do i apply"),
    ("my reg is [number plate] can they seize it", "can they seize it"),
])
def test_what_is_left_of_personal_data_is_not_read(reader, message, same_as):
    read, expected = reader.read(message), reader.read(same_as)
    assert (read.text, forces(read)) == (expected.text, forces(expected))
    assert [message[place.start:place.end] for place in read.mentions] == [same_as[place.start:place.end] for place in expected.mentions]
