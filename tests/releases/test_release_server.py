"""The release server: Rasa's protocol, and never anything damaged."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn")
from starlette.testclient import TestClient

from knowledge import signing
from knowledge.released import FILES_TAG
from releases.server import FOLLOWER_SECONDS, Server
from releases.store import MODEL
from tests.releases.conftest import second

KEY = "k" * 64


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(store, clock) -> TestClient:
    return TestClient(Server(store, KEY, clock).app())


def test_before_the_first_release_there_is_nothing(client):
    assert client.get("/model").status_code == client.get("/knowledge").status_code == 404
    assert client.get("/health").status_code == 200
    assert client.get("/live").json()["release"] is None


def test_a_model_comes_with_a_tag_that_proves_it_and_is_not_sent_twice(client, store, first):
    answer = client.get("/model")
    assert answer.content == b"a model"
    assert signing.verify(answer.headers["etag"], answer.content, "model", KEY) == first.model
    for known in (answer.headers["etag"], f'"other", {answer.headers["etag"]}'):
        again = client.get("/model", headers={"If-None-Match": known})
        assert again.status_code == 304 and again.content == b""
    assert client.get("/model", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_publish_is_seen_at_the_next_question(client, store, first, content, tmp_path):
    tag = client.get("/model").headers["etag"]
    store.publish(second(store, content, tmp_path).id, "ada")
    assert client.get("/model", headers={"If-None-Match": tag}).content == b"another model"


def test_a_damaged_model_is_not_handed_out(client, store, first):
    assert client.get("/model").status_code == 200
    path = store.object_path(first.model, MODEL)
    path.write_bytes(b"worse")
    answer = client.get("/model")
    assert answer.status_code == 500 and b"worse" not in answer.content and "damaged" in answer.json()["error"]


def test_knowledge_is_not_sent_while_the_files_are_followed(client, store, first):
    assert client.get("/knowledge").status_code == 204
    store.publish(first.id, "ada")
    answer = client.get("/knowledge")
    assert signing.verify(answer.headers["etag"], answer.content, "knowledge", KEY) == first.knowledge


def test_who_follows_is_told_and_forgotten(client, store, first, clock):
    store.publish(first.id, "ada")
    tag = client.get("/model").headers["etag"]
    client.get("/model", headers={"If-None-Match": tag, "X-Follower": "rasa-1"})
    client.get("/model", headers={"If-None-Match": '"old"', "X-Follower": "rasa-2"})
    client.get("/knowledge", headers={"If-None-Match": FILES_TAG, "X-Follower": "actions-1"})
    assert {(item["name"], item["current"]) for item in client.get("/live").json()["followers"]} == {
        ("rasa-1", True), ("rasa-2", False), ("actions-1", False)}
    clock.now += FOLLOWER_SECONDS + 1
    assert client.get("/live").json()["followers"] == []


def test_a_signature_of_another_key_or_kind_is_no_proof(client, first):
    answer = client.get("/model")
    for kind, key in (("model", "x" * 64), ("knowledge", KEY), ("model", "")):
        with pytest.raises(signing.NotGenuine):
            signing.verify(answer.headers["etag"], answer.content, kind, key)
    with pytest.raises(signing.NotGenuine):
        signing.verify(answer.headers["etag"], b"another", "model", KEY)
