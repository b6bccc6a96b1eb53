"""Several Rasas behind one door: the conversations are shared out, and one that dies stops nobody."""

from __future__ import annotations

import pytest

from tests.door.rasa_on_the_wire import RasaOnTheWire


@pytest.fixture
async def rasas():
    """Three of them."""
    made = [RasaOnTheWire() for _ in range(3)]
    for rasa in made:
        await rasa.start()
    yield made
    for rasa in made:
        await rasa.stop()


@pytest.fixture
async def door(make_door, rasas):
    return await make_door(rasa_url=",".join(rasa.url for rasa in rasas))


async def test_conversations_are_shared_out_and_each_stays_where_it_is(door, rasas):
    for _ in range(30):
        token = (await door.say("hello"))["conversation"]
        await door.say("and in dorset?", token)
    senders = [{sender for sender, _ in rasa.asked} for rasa in rasas]
    assert all(senders) and sum(map(len, senders)) == 30
    assert sum(len(rasa.asked) for rasa in rasas) == 60


async def test_one_that_dies_stops_nobody(door, rasas):
    tokens = [(await door.say("hello"))["conversation"] for _ in range(12)]
    await rasas[0].stop()
    await rasas[1].stop()
    for token in tokens:
        assert (await door.say("and in dorset?", token))["messages"]
    assert (await door.client.get("/health")).json().get("missing") in (None, ["actions"])
    assert {message for _, message in rasas[2].asked} == {"hello", "and in dorset?"}


async def test_what_came_to_one_is_never_asked_of_another(door, rasas):
    for rasa in rasas:
        rasa.raw = b"HTTP/1.1 rubbish"
    answer = await door.client.post("/api/messages", json={"message": "hello"})
    assert answer.status_code == 503
    assert sum(len(rasa.asked) for rasa in rasas) == 1


async def test_forgetting_goes_to_whoever_can_be_reached(door, rasas):
    token = (await door.say("hello"))["conversation"]
    gone = next(rasa for rasa in rasas if rasa.asked)
    await gone.stop()
    answer = await door.client.delete("/api/conversation", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 204
    # Told once or twice: the housekeeping may see the deletion before it is noted as done.
    assert len({conversation for rasa in rasas for conversation in rasa.forgotten}) == 1
