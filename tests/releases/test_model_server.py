"""How Rasa takes up what is published: only what is genuine and loads, and nobody waits for it. In Rasa's environment."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

rasa_agent = pytest.importorskip("rasa.core.agent")
from rasa.core.utils import AvailableEndpoints  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from bot import model_server  # noqa: E402
from knowledge import signing  # noqa: E402

KEY = "k" * 64
URL = "http://127.0.0.1:9/model"


class Processor:
    """Stands for a loaded model; breaks where its bytes say so."""

    def __init__(self, model_path: str, **_: object):
        self.content = Path(model_path).read_bytes()
        if b"unloadable" in self.content:
            raise ValueError("no such component")
        self.nlg, self.domain = object(), object()

    async def parse_message(self, message: object) -> dict:
        if b"speechless" in self.content:
            raise ValueError("can't read a message")
        return {}


@pytest.fixture
def agent() -> SimpleNamespace:
    old = SimpleNamespace(nlg="old nlg", domain="old domain")
    return SimpleNamespace(fingerprint="old", processor=old, nlg=None, domain=None, tracker_store=SimpleNamespace(domain=None),
                           lock_store=None, action_endpoint=None, http_interpreter=None)


@pytest.fixture
def publish(monkeypatch):
    """`publish(content)` is what the model server has; `publish.asked` what it was asked with."""
    monkeypatch.setenv("RELEASES_KEY", KEY)
    monkeypatch.setattr(model_server, "MessageProcessor", Processor)
    monkeypatch.setattr(model_server, "_refused", {})
    monkeypatch.setattr(model_server, "_before", {})
    state = {"content": b"", "tag": ""}

    async def pull(server, fingerprint, folder):
        publish.asked.append(fingerprint)
        if state["tag"] in fingerprint:
            return None
        (Path(folder) / "model.tar.gz").write_bytes(state["content"])
        return state["tag"]

    def publish(content: bytes, tag: str = "", key: str = KEY) -> str:
        state.update(content=content, tag=tag or signing.etag(signing.sha256(content), "model", key))
        return state["tag"]

    publish.asked = []
    monkeypatch.setattr(rasa_agent, "_pull_model_and_fingerprint", pull)
    return publish


def update(agent) -> None:
    asyncio.run(model_server.update(EndpointConfig(URL), agent))


def test_a_published_model_takes_the_place_of_the_old_with_its_own_responses(agent, publish):
    tag = publish(b"good")
    update(agent)
    assert agent.processor.content == b"good" and agent.fingerprint == tag
    assert agent.nlg is agent.processor.nlg and agent.tracker_store.domain is agent.processor.domain


def test_rolling_back_to_the_one_before_loads_nothing(agent, publish, monkeypatch):
    one = publish(b"one")
    update(agent)
    first = agent.processor
    publish(b"two")
    update(agent)
    monkeypatch.setattr(model_server, "MessageProcessor", None)
    publish(b"one", tag=one)
    update(agent)
    assert agent.processor is first and agent.fingerprint == one and agent.nlg is first.nlg


@pytest.mark.parametrize("content", [b"unloadable", b"speechless"])
def test_a_model_that_does_not_work_is_refused_and_not_fetched_again(agent, publish, content):
    refused = publish(content)
    update(agent)
    assert (agent.processor.nlg, agent.fingerprint) == ("old nlg", "old")
    update(agent)
    assert publish.asked[-1] == f"old, {refused}"
    publish(b"good")
    update(agent)
    assert agent.processor.content == b"good"


@pytest.mark.parametrize("harm", ["bytes", "key", "unsigned"])
def test_a_model_that_is_not_genuine_is_never_opened(agent, publish, harm):
    if harm == "bytes":
        publish(b"evil", tag=signing.etag(signing.sha256(b"good"), "model", KEY))
    else:
        publish(b"evil", key="x" * 64 if harm == "key" else "")
    update(agent)
    assert agent.processor.nlg == "old nlg"


def test_a_server_in_trouble_changes_nothing(agent, monkeypatch):
    async def fail(*_):
        raise OSError("away")
    monkeypatch.setattr(rasa_agent, "_pull_model_and_fingerprint", fail)
    update(agent)
    assert agent.processor.nlg == "old nlg"


async def test_a_long_load_is_not_begun_twice(agent, monkeypatch):
    begun = []

    async def slow(server, of):
        begun.append(of)
        await asyncio.sleep(0.05)
    monkeypatch.setattr(model_server, "update", slow)
    for _ in range(5):
        await model_server._pull_in_background(EndpointConfig(URL), agent)
        await asyncio.sleep(0)
    assert begun == [agent]


async def test_rasa_starts_with_its_local_model_while_the_server_is_away(tmp_path, monkeypatch):
    local = tmp_path / "local.tar.gz"
    local.write_bytes(b"local")
    loaded = []

    async def load(path, server, storage, endpoints, loop):
        loaded.append((path, endpoints.model))
        return SimpleNamespace(is_ready=lambda: True, fingerprint="random")

    async def poll(agent, server):
        return agent
    monkeypatch.setattr(model_server, "_load_agent", load)
    monkeypatch.setattr(rasa_agent, "load_from_server", poll)
    endpoints = AvailableEndpoints(model=EndpointConfig(URL))
    agent = await model_server.load_agent(str(local), endpoints=endpoints)
    assert loaded == [(str(local), None)] and endpoints.model.url == URL
    assert agent.fingerprint == signing.etag(signing.sha256(b"local"), "model")


async def test_without_a_model_server_rasa_loads_as_ever(monkeypatch):
    given = []

    async def load(*arguments):
        given.append(arguments)
    monkeypatch.setattr(model_server, "_load_agent", load)
    await model_server.load_agent("models", endpoints=AvailableEndpoints())
    assert given[0][:3] == ("models", None, None)


# The model that Rasa starts with, checked against its folder's name ---------------------


def kept(folder: Path, content: bytes, named: str) -> Path:
    model = folder / named / "model.tar.gz"
    model.parent.mkdir()
    model.write_bytes(content)
    return model


@pytest.fixture
def digest() -> str:
    return signing.sha256(b"a model")


def test_a_model_that_is_what_its_folder_says_is_taken(tmp_path, digest):
    model = kept(tmp_path, b"a model", digest)
    assert model_server._local_model(str(model)) == model


def test_a_model_that_isnt_what_its_folder_says_is_refused(tmp_path, digest, caplog):
    assert model_server._local_model(str(kept(tmp_path, b"another", digest))) is None
    assert "was changed since it was released" in caplog.text


def test_a_file_of_ones_own_is_taken(tmp_path):
    assert model_server._local_model(str(kept(tmp_path, b"trained just now", "models")))


def test_no_file_is_none(tmp_path):
    assert model_server._local_model(str(tmp_path / "nothing.tar.gz")) is None
