"""bot/lean does as Rasa does, only quicker: each quick function beside the one it stands in for."""

from __future__ import annotations

import json
import random
from typing import Any, Dict, List

import aiohttp
import pytest
from aiohttp import web
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.lean import actions, graph, rules, trackers

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet, ask]
actions: [action_answer]
slots:
  force: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  pending: {type: any, mappings: [{type: custom}]}
""")


# The graph


class Plus(GraphComponent):
    """Adds its inputs and a number of its own."""

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        """See `GraphComponent`."""
        component = cls()
        component.own = config["own"]
        return component

    def add(self, one: int = 0, other: int = 0) -> int:
        """The sum."""
        return one + other + self.own


def _node(own: int, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Plus, constructor_name="create", fn="add", config={"own": own}, eager=True)


@pytest.fixture
def runner(tmp_path):
    """A diamond: last needs left and right, both need the input."""
    schema = GraphSchema(
        {"last": _node(1000, one="left", other="right"), "left": _node(1, one="given"), "right": _node(10, one="given"), "alone": _node(5)}
    )
    return DaskGraphRunner(schema, LocalModelStorage(tmp_path), ExecutionContext(schema))


@pytest.mark.parametrize("targets", [["last"], ["left"], ["alone"], ["last", "alone"]])
def test_graph_gives_what_dask_gives(runner, targets):
    inputs = {"given": 100}
    assert graph._run(runner, inputs, targets) == _stock_run(runner, inputs, targets)


def test_a_missing_input_is_named(runner):
    with pytest.raises(GraphRunError, match="given"):
        graph._run(runner, {}, ["last"])


def test_a_runtime_error_becomes_rasas_own(runner):
    def fails(*_: object) -> None:
        raise RuntimeError("no memory")

    runner._instantiated_nodes["alone"] = fails
    with pytest.raises(GraphRunError) as raised:
        graph._run(runner, {}, ["alone"])
    assert isinstance(raised.value.__cause__, RuntimeError)


def _stock_run(runner: DaskGraphRunner, inputs: Dict, targets: List[str]) -> Dict:
    import dask

    planned = runner._build_dask_graph(runner._graph_schema.minimal_graph_schema(targets))
    runner._add_inputs_to_graph(inputs, planned)
    return dict(dask.get(planned, targets))


# The rules

TURNS = Domain.from_yaml("""
version: "3.1"
intents: [greet, ask]
entities: [place]
actions: [action_answer, utter_bye]
responses: {utter_bye: [{text: Bye}]}
slots:
  force: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  mood: {type: bool, mappings: [{type: custom}]}
forms: {form: {required_slots: []}}
""")
NO_FORMS = Domain.from_dict({key: value for key, value in TURNS.as_dict().items() if key != "forms"})


def _state(action: str, intent: str, **more: Any) -> Dict[str, Any]:
    return {"prev_action": {"action_name": action}, "user": {"intent": intent}, **more}


def _policy(folder, *rules: Any) -> RulePolicy:
    """A policy with `rules`: steps, and the action that follows them."""
    schema = GraphSchema({})
    lookup = {RULES: {json.dumps(steps, sort_keys=True): action for steps, action in rules}, "rules_for_loop_unhappy_path": {}}
    return RulePolicy(RulePolicy.get_default_config(), LocalModelStorage(folder), Resource("rules"), ExecutionContext(schema),
                      lookup=lookup)


WITHIN = [
    ([_state("action_listen", "ask")], "action_answer"),
    ([_state("action_listen", "ask"), _state("action_answer", "ask")], "action_listen"),
    ([_state("action_listen", "greet")], "utter_bye"),
    ([_state("action_listen", "greet"), _state("utter_bye", "greet")], "action_answer"),
    ([_state("action_listen", "greet"), _state("utter_bye", "greet"), _state("action_answer", "greet")], "action_listen"),
]


def _talk(chance: random.Random, forms: List[str]) -> List[Event]:
    events: List[Event] = [ActionExecuted("action_session_start"), ActionExecuted("action_listen")]
    for _ in range(chance.randint(1, 4)):
        events.append(UserUttered(str(chance.random()), {"name": chance.choice(["greet", "ask", "restart"]), "confidence": chance.random()},
                                  chance.choice([[], [{"entity": "place", "value": "Kent"}]])))
        for _ in range(chance.randint(0, 3)):
            events.append(chance.choice([
                ActionExecuted("action_answer"), ActionExecuted("utter_bye"), BotUttered("Bye"), SlotSet("force", "kent"),
                SlotSet("mood", True), DefinePrevUserUtteredFeaturization(False), DefinePrevUserUtteredFeaturization(True),
                *([UserUtteranceReverted(), Restarted(), *map(ActiveLoop, forms)] if chance.random() < 0.2 else []),
            ]))
        if chance.random() < 0.8:
            events.append(ActionExecuted("action_listen"))
    return events


def _beside_rasa(policy: RulePolicy, domain: Domain) -> List[str]:
    """Asks both a thousand times; the actions chosen."""
    chance, chosen = random.Random(7), []
    for _ in range(1000):
        tracker = DialogueStateTracker.from_events("somebody", _talk(chance, domain.form_names), slots=domain.slots)
        wanted = rules._choose(policy, tracker, domain)
        got = rules._predict(policy, tracker, domain)
        assert vars(got) == vars(wanted)
        chosen.append(domain.action_names_or_texts[got.probabilities.index(1.0)] if 1.0 in got.probabilities else "")
        got.probabilities[0], got.events[:] = 7.0, ["spoilt"]
    return chosen


def test_actions_chosen_are_those_that_rasa_chooses(tmp_path):
    policy = _policy(tmp_path, *WITHIN)
    chosen = _beside_rasa(policy, NO_FORMS)
    assert set(chosen) >= {"action_answer", "utter_bye", "action_listen", "action_restart", ""}
    assert 10 < len(policy._lean_found) < 300, "turns alike share one entry"


@pytest.mark.parametrize("rule", [
    ([_state("action_answer", "ask")], "utter_bye"),  # begins amid a turn
    ([_state("action_listen", "ask"), _state("action_listen", "greet")], "utter_bye"),  # runs over two
    ([_state("action_listen", "ask", slots={"mood": [1.0]})], "utter_bye"),
    ([_state("action_listen", "ask", active_loop={"name": "form"})], "utter_bye"),
    ([{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}}], "utter_bye"),
    ([{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "ask", "entities": ["place"]}}], "utter_bye"),
])
def test_rules_that_look_at_more_are_left_to_rasa(tmp_path, rule):
    policy = _policy(tmp_path, *WITHIN, rule)
    _beside_rasa(policy, NO_FORMS)
    assert not hasattr(policy, "_lean_found")


def test_forms_are_left_to_rasa(tmp_path):
    policy = _policy(tmp_path, *WITHIN)
    _beside_rasa(policy, TURNS)
    assert not hasattr(policy, "_lean_found")


def test_memory_of_turns_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "MOST_KINDS", 3)
    policy = _policy(tmp_path, *WITHIN)
    _beside_rasa(policy, NO_FORMS)
    assert len(policy._lean_found) == 3


# Conversations


def _tracker() -> DialogueStateTracker:
    return DialogueStateTracker.from_events(
        "somebody",
        [
            ActionExecuted("action_listen"),
            UserUttered("hello", {"name": "greet"}),
            SlotSet("force", "dorset"),
            ActionExecuted("action_answer"),
            BotUttered("Hello", metadata={"a": 1}),
            SlotSet("pending", {"ask": "force"}),
            ActiveLoop("form"),
        ],
        slots=DOMAIN.slots,
    )


def test_a_copy_is_what_playing_back_gives():
    tracker = _tracker()
    quick, stock = trackers._copy(tracker), tracker.travel_back_in_time(float("inf"))
    assert quick.current_state(EventVerbosity.ALL) == stock.current_state(EventVerbosity.ALL)
    assert quick.past_states(DOMAIN) == stock.past_states(DOMAIN)


def test_changing_a_copy_leaves_the_original():
    tracker = _tracker()
    before = tracker.current_state(EventVerbosity.ALL)
    twin = trackers._copy(tracker)
    twin.update_with_events(
        [SlotSet("force", "kent"), ActionExecuted("action_listen"), UserUttered("bye", {"name": "ask"}), ActiveLoop(None)], DOMAIN
    )
    twin.interrupt_loop(True)
    assert tracker.current_state(EventVerbosity.ALL) == before
    assert twin.get_slot("force") == "kent"


def test_event_classes_by_name():
    for kind in all_subclasses(Event):
        assert trackers._event_class(kind.type_name) is trackers._search(kind.type_name)
    assert trackers._event_class("topic") is None
    assert trackers._event_class("no such event", BotUttered) is BotUttered
    with pytest.raises(ValueError, match="no such event"):
        trackers._event_class("no such event")


def test_empty_domain():
    for domain, empty in ((DOMAIN, False), (Domain.empty(), True)):
        assert trackers._is_empty(domain) is trackers._compare(domain) is empty
        assert trackers._is_empty(domain) is empty


# The action server

SLOT = {"event": "slot", "name": "force", "value": "dorset"}
RESULTS = [
    {"events": [], "responses": []},
    {},
    {"events": [SLOT, {**SLOT, "timestamp": None}], "responses": [{"text": "hello"}]},
    {"events": [{**SLOT, "timestamp": 1.5}]},
    {"events": [{"event": "restart"}]},
    {"events": [{"event": "followup", "name": "action_answer"}]},
    None,
    [],
    "rubbish",
    7,
    {"events": {}},
    {"events": [7]},
    {"events": [{}]},
    {"events": [{"event": "no such event"}]},
    {"events": None},
    {"events": [{"event": "slot", "name": "force"}]},
    {"events": [{**SLOT, "name": 7}]},
    {"events": [{**SLOT, "timestamp": "now"}]},
    {"events": [{**SLOT, "metadata": 7}]},
    {"events": [{**SLOT, "metadata": {}}]},
    {"events": [{**SLOT, "timestamp": True}]},
    {"responses": {}},
    {"responses": ["hello"]},
    {"responses": None},
]


@pytest.mark.parametrize("result", RESULTS)
def test_results_are_refused_that_rasa_refuses(result):
    action = RemoteAction("action_answer", None)
    try:
        validate(result, RemoteAction.action_response_format_spec())
    except ValidationError:
        with pytest.raises(RasaException):
            actions._validate(action, result)
    else:
        assert actions._validate(action, result)


def test_what_is_sent_differs_only_in_the_events():
    tracker = _tracker()
    for kwargs in ({}, {"enable_selective_domain": True}):
        loud = RemoteAction("action_answer", EndpointConfig("http://localhost", **kwargs))
        quiet = RemoteAction("action_answer", EndpointConfig("http://localhost", send_events=False, **kwargs))
        wanted = actions._format(loud, tracker, DOMAIN)
        assert actions._call_format(loud, tracker, DOMAIN) == wanted
        assert wanted["tracker"]["events"]
        wanted["tracker"]["events"] = []
        assert actions._call_format(quiet, tracker, DOMAIN) == wanted


@pytest.fixture
async def server(aiohttp_free_port):
    """Answers like an action server; counts the connections made to it."""
    seen: Dict[str, Any] = {"connections": set(), "bodies": []}

    async def webhook(request: web.Request) -> web.Response:
        seen["connections"].add(request.transport.get_extra_info("peername"))
        seen["bodies"].append(await request.json())
        kind = request.query.get("kind")
        if kind == "refused":
            return web.json_response({"error": "no", "action_name": "action_answer"}, status=400)
        if kind == "words":
            return web.Response(text="hello")
        if kind == "rubbish":
            return web.Response(text="{", content_type="application/json")
        return web.json_response({"token": request.query.get("token"), "own": request.headers.get("X-Own")})

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    running = web.AppRunner(app)
    await running.setup()
    await web.TCPSite(running, "127.0.0.1", aiohttp_free_port).start()
    seen["url"] = f"http://127.0.0.1:{aiohttp_free_port}/webhook"
    yield seen
    await actions.close()
    await running.cleanup()


@pytest.fixture
def aiohttp_free_port():
    from processes.ports import free_port

    return free_port()


async def test_one_connection_for_many_actions(server):
    endpoint = EndpointConfig(server["url"], headers={"X-Own": "yes"}, token="secret")
    for number in range(5):
        assert await actions._request(endpoint, json={"number": number, "text": "Dŵr £"}) == {"token": "secret", "own": "yes"}
    assert len(server["connections"]) == 1
    assert server["bodies"][-1] == {"number": 4, "text": "Dŵr £"}
    await actions.close()
    assert await actions._request(endpoint, json={}), "a closed connection is opened anew"


async def test_answers_that_are_none(server):
    for ask in (actions._ask, actions._request):
        assert await ask(EndpointConfig(server["url"], params={"kind": "words"}), json={}) is None
        with pytest.raises(ClientResponseError) as refused:
            await ask(EndpointConfig(server["url"], params={"kind": "refused"}), json={})
        assert refused.value.status == 400 and json.loads(refused.value.text)["action_name"] == "action_answer"
        with pytest.raises(ValueError):
            await ask(EndpointConfig(server["url"], params={"kind": "rubbish"}), json={})
        with pytest.raises(aiohttp.ClientConnectionError):
            await ask(EndpointConfig("http://127.0.0.1:1/webhook"), json={})
