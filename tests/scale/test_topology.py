"""The assistant as several machines would run it: two doors, two Rasas, two action servers, PostgreSQL and Redis.

All real, as plain processes: what deploy/compose.yml and deploy/kubernetes/ describe.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
import uuid
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from processes.ports import free_port
from processes.stack import Stack, action_server, door, rasa, stop
from tests.scale import servers

pytestmark = pytest.mark.slow

READY_SECONDS = 600  # two Rasas on two busy cores


class Topology:
    """The running parts, and what people at either door do."""

    def __init__(self, stack: Stack, database: str, redis_part: servers.Running):
        self.stack, self.database, self.redis = stack, database, redis_part
        self.rasas = [part for part in stack.parts if part.name.startswith("Rasa")]
        self.doors = [part for part in stack.parts if part.name.startswith("public door")]

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=60, trust_env=False)

    def address(self, number: int) -> str:
        return f"http://127.0.0.1:{self.doors[number % 2].port}/api/messages"


@pytest.fixture(scope="module")
def topology(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("topology")
    with servers.postgres() as database, servers.redis_running() as redis_part:
        actions = [action_server(free_port()) for _ in range(2)]
        rasas = [rasa(free_port(), part.port) for part in actions]
        urls = ",".join(f"http://127.0.0.1:{part.port}" for part in rasas)
        doors = [door(free_port(), actions_port=actions[0].port) for _ in range(2)]
        for kind in (actions, rasas, doors):
            kind[1].name += " 2"
        for part in doors:
            part.environment |= {
                "RASA_URL": urls,
                "SECRET_KEY": "the same for both doors, or tokens differ",
                "HOST": "127.0.0.1",
                "ADDRESS_LIMIT": "1000000",
                "CONVERSATION_LIMIT": "1000000",
            }
        stack = Stack([*actions, *rasas, *doors], folder / "logs", {"DATABASE_URL": database, "REDIS_URL": redis_part.url})
        try:
            for part in stack.parts:
                stack.launch(part)
            for part in stack.parts:
                stack.wait(part, READY_SECONDS)
            yield Topology(stack, database, redis_part)
        finally:
            stack.stop()


async def _say(client: httpx.AsyncClient, address: str, message: str, token: str | None = None, given: str | None = None) -> httpx.Response:
    body = {"message": message, **({"conversation": token} if token else {}), **({"id": given} if given else {})}
    return await client.post(address, json=body)


async def test_a_chat_goes_on_at_either_door(topology):
    async with topology.client() as client:

        async def chat(first: int) -> None:
            token = (await _say(client, topology.address(first), "can a pcso detain me?")).json()["conversation"]
            answer = (await _say(client, topology.address(first + 1), "and in dorset?", token)).json()["messages"][0]
            assert (answer["custom"]["topic"], answer["custom"]["force"]) == ("powers_detain", "dorset")
            answer = (await _say(client, topology.address(first), "can they search me?", token)).json()["messages"][0]
            assert (answer["custom"]["topic"], answer["custom"]["force"]) == ("powers_search", "dorset")

        await asyncio.gather(*map(chat, range(12)))


async def test_messages_of_one_chat_are_answered_in_order_at_both_doors(topology):
    """Sent without waiting for answers, at one door and the other in turn."""
    wanted = ["derbyshire", "kent", "dorset", "essex", "sussex", "surrey"]
    async with topology.client() as client:
        token = (await _say(client, topology.address(0), "can a pcso detain me?")).json()["conversation"]
        sent = []
        for number, force in enumerate(wanted):
            sent.append(asyncio.ensure_future(_say(client, topology.address(number), f"and in {force}?", token)))
            await asyncio.sleep(0.05)  # so that 'sent' has an order
        answers = [answer.json()["messages"][0]["custom"]["force"] for answer in await asyncio.gather(*sent)]
        history = (
            await client.get(f"{topology.address(0).rsplit('/', 1)[0]}/conversation", headers={"authorization": f"Bearer {token}"})
        ).json()
    assert answers == wanted
    assert [message["custom"]["force"] for message in history["messages"] if message["from"] == "assistant"][1:] == wanted


async def test_the_same_message_at_both_doors_is_answered_once(topology):
    async with topology.client() as client:
        token = (await _say(client, topology.address(0), "hello")).json()["conversation"]
        given = uuid.uuid4().hex
        one, other = await asyncio.gather(*[_say(client, topology.address(number), "what are pcsos", token, given) for number in range(2)])
    assert one.json()["messages"] == other.json()["messages"]


async def test_a_killed_rasa_loses_nothing_that_was_acknowledged(topology):
    """People at both doors; one Rasa is killed on the way and comes back. Who is told 'try again' sends the same id."""
    victim, answered, refused = topology.rasas[0], [], []
    over = time.monotonic() + 20

    async def person(client: httpx.AsyncClient, number: int) -> None:
        doors, token = itertools.count(number), None
        while time.monotonic() < over:
            given = uuid.uuid4().hex
            while True:
                answer = await _say(client, topology.address(next(doors)), "can a pcso search me?", token, given)
                if answer.status_code == 200:
                    break
                assert answer.status_code == 503 and "999" in answer.json()["detail"]
                refused.append(given)
                await asyncio.sleep(0.3)
            token = answer.json()["conversation"]
            answered.append((token, given, [message["id"] for message in answer.json()["messages"]]))

    async def killer() -> None:
        await asyncio.sleep(5)
        stop(victim, signal.SIGKILL)
        await asyncio.sleep(5)
        topology.stack.launch(victim)

    async with topology.client() as client:
        await asyncio.gather(killer(), *(person(client, number) for number in range(8)))
    assert len(answered) > 50
    with sa.create_engine(topology.database.replace("postgresql:", "postgresql+psycopg2:")).connect() as connection:
        rows = connection.execute(sa.text("select id, answers from messages")).all()
    questions, replies = [row.id for row in rows if row.answers is None], {}
    for row in rows:
        replies.setdefault(row.answers, set()).add(row.id)
    for _, given, ids in answered:
        assert questions.count(given) == 1 and set(ids) == replies[given]
    topology.stack.wait(victim, READY_SECONDS)


async def test_without_redis_people_are_still_answered(topology):
    topology.redis.stop()
    async with topology.client() as client:
        token = (await _say(client, topology.address(0), "can a pcso detain me?")).json()["conversation"]
        answer = (await _say(client, topology.address(1), "and in dorset?", token)).json()["messages"][0]
        assert answer["custom"]["force"] == "dorset"
        topology.redis.start()
        assert (await _say(client, topology.address(1), "and in kent?", token)).status_code == 200
