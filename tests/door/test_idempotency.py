"""The same id gets the same answer and is asked once; a conversation's messages keep their order."""

from __future__ import annotations

import asyncio
import uuid

from tests.door.harness import Door


async def test_a_repeat_gets_the_same_answer_and_rasa_is_asked_once(door: Door):
    token = (await door.say("hello"))["conversation"]
    first = await door.say("can they detain me?", token, id="q-1")
    again = await door.say("can they detain me?", token, id="q-1")
    assert first == again and len(door.rasa.asked) == 2
    assert len((await door.read(token)).json()["messages"]) == 4


async def test_repeats_at_the_same_time_are_asked_once(door: Door):
    token = (await door.say("hello"))["conversation"]
    door.rasa.delay = 0.2
    answers = await asyncio.gather(*(door.say("detain?", token, id="q-1") for _ in range(10)))
    assert all(answer == answers[0] for answer in answers) and len(door.rasa.asked) == 2


async def test_an_opening_message_whose_answer_was_lost_can_be_repeated(door: Door):
    door.rasa.delay = 0.1
    opening = str(uuid.uuid4())
    answers = await asyncio.gather(*(door.say("hello", id=opening) for _ in range(5)))
    answers.append(await door.say("hello", id=opening))
    assert len(door.rasa.asked) == 1
    assert all(answer["messages"] == answers[0]["messages"] for answer in answers)
    for answer in answers:
        assert len((await door.read(answer["conversation"])).json()["messages"]) == 2


async def test_an_opening_id_that_anybody_might_choose_joins_nobody(door: Door):
    one, two = await door.say("hello", id="1"), await door.say("hello", id="1")
    assert one["conversation"].split(".")[0] != two["conversation"].split(".")[0]


async def test_an_opening_id_with_another_text_opens_nothing(door: Door):
    opening = str(uuid.uuid4())
    await door.say("my secret", id=opening)
    answer = await door.post("what did I say?", id=opening)
    assert answer.status_code == 400 and "secret" not in answer.text and "conversation" not in answer.json()


async def test_the_same_id_with_another_text_is_refused(door: Door):
    token = (await door.say("hello", id="q-1"))["conversation"]
    answer = await door.post("something else", token, id="q-1")
    assert (answer.status_code, answer.json()["code"]) == (400, "id_reused")
    assert len(door.rasa.asked) == 1


async def test_an_id_of_the_assistants_own_is_refused(door: Door):
    answer = await door.say("hello")
    refused = await door.post("hello", answer["conversation"], id=answer["messages"][0]["id"])
    assert refused.json()["code"] == "id_reused"


async def test_one_id_in_two_conversations_is_two_questions(door: Door):
    one, two = (await door.say("a"))["conversation"], (await door.say("b"))["conversation"]
    assert (await door.say("c", one, id="x"))["messages"] != (await door.say("c", two, id="x"))["messages"]
    assert len(door.rasa.asked) == 4


async def test_a_failed_question_can_be_asked_again_with_its_id(door: Door):
    token = (await door.say("hello"))["conversation"]
    door.rasa.status = 500
    assert (await door.post("detain?", token, id="q-1")).status_code == 503
    assert len((await door.read(token)).json()["messages"]) == 2
    door.rasa.status = 200
    await door.say("detain?", token, id="q-1")
    assert [text for _, text in door.rasa.asked] == ["hello", "detain?", "detain?"]


async def test_a_repeat_while_the_first_one_fails_tries_for_itself(door: Door):
    token = (await door.say("hello"))["conversation"]
    door.rasa.delay, door.rasa.status = 0.2, 500
    first = asyncio.create_task(door.post("detain?", token, id="q-1"))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(door.post("detain?", token, id="q-1"))
    assert (await first).status_code == 503
    door.rasa.status = 200
    assert (await second).status_code == 200


async def test_messages_of_one_conversation_are_asked_in_order_and_one_at_a_time(door: Door):
    token = (await door.say("hello"))["conversation"]
    door.rasa.delay = 0.02
    asks = []
    for number in range(15):
        asks.append(asyncio.create_task(door.say(f"question {number}", token)))
        await asyncio.sleep(0.001)
    await asyncio.gather(*asks)
    assert [text for _, text in door.rasa.asked][1:] == [f"question {number}" for number in range(15)]
    assert door.rasa.most_at_once == 1
    told = [m["text"] for m in (await door.read(token)).json()["messages"] if m["from"] == "person"]
    assert told == ["hello", *(f"question {number}" for number in range(15))]


async def test_conversations_do_not_wait_for_each_other(door: Door):
    tokens = [(await door.say("hello"))["conversation"] for _ in range(10)]
    door.rasa.delay = 0.4
    async with asyncio.timeout(3.0):
        await asyncio.gather(*(door.say("detain?", token) for token in tokens))


async def test_two_doors_that_share_no_lock_still_keep_one_answer(make_door):
    one, two = await make_door(), await make_door()
    token = (await one.say("hello"))["conversation"]
    one.rasa.delay = 0.1
    first, second = await asyncio.gather(one.say("detain?", token, id="q-1"), two.say("detain?", token, id="q-1"))
    assert first["messages"] == second["messages"]
