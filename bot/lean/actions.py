"""The way to the action server: a connection that stays open, and no more said than is read.

Rasa connects anew for each action, sends every event of the conversation along, and builds
and compiles the JSON schema of results each time. Any rasa-sdk server can stand at the other
end as before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Optional, Text

import aiohttp
import msgspec
import rasa
from aiohttp.client_exceptions import ContentTypeError
from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, concat_url

# rasa-sdk's server drops a connection after 5 s of silence; letting go first avoids writing to one that closes.
KEEP_ALIVE_SECONDS = 3.0
SECONDS = 300
# In endpoints.yml, below `action_endpoint`: our actions read slots and the latest message.
SEND_EVENTS = "send_events"

_ask = EndpointConfig.request
_format = RemoteAction._action_call_format
_open: List[aiohttp.ClientSession] = []


async def _request(self: EndpointConfig, method: Text = "post", subpath: Optional[Text] = None,
                   content_type: Optional[Text] = "application/json", compress: bool = False, **kwargs: Any) -> Optional[Any]:
    """As `EndpointConfig.request`, on a connection that is kept. Raises `ClientResponseError` and `aiohttp.ClientError`."""
    if self.cafile or self.basic_auth or "params" in kwargs or "json" not in kwargs:
        return await _ask(self, method, subpath, content_type, compress, **kwargs)
    headers = {"Content-Type": content_type} if content_type else {}
    headers.update(kwargs.pop("headers", {}), **self.headers)
    body = msgspec.json.encode(kwargs.pop("json"))
    async with _session(self).request(method, concat_url(self.url, subpath), data=body, headers=headers,
                                      params=self.combine_parameters(), compress=compress, **kwargs) as response:
        if response.status >= 400:
            raise ClientResponseError(response.status, response.reason, await response.content.read())
        try:
            return await response.json(loads=msgspec.json.decode)
        except ContentTypeError:
            return None


def _session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    session: Optional[aiohttp.ClientSession] = endpoint.__dict__.get("_lean_session")
    if session is None or session.closed:
        session = endpoint.__dict__["_lean_session"] = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=SECONDS))
        _open.append(session)
    return session


async def close() -> None:
    """Closes the kept connections; the channel calls it when Rasa stops."""
    while _open:
        await _open.pop().close()


def _call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
    """As `RemoteAction._action_call_format`, without the events where `send_events: false` says that nobody reads them."""
    if self.action_endpoint is None or self.action_endpoint.kwargs.get(SEND_EVENTS, True):
        return _format(self, tracker, domain)
    call = {"next_action": self.name(), "sender_id": tracker.sender_id, "version": rasa.__version__,
            "tracker": {**tracker.current_state(EventVerbosity.NONE), "events": []}}
    if not self._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(self.name()):
        call["domain"] = domain.as_dict()
    return call


@lru_cache(maxsize=1)
def _result_validator() -> Draft202012Validator:
    return Draft202012Validator(RemoteAction.action_response_format_spec())


def _validate(self: RemoteAction, result: Any) -> bool:
    """As `RemoteAction._validate_action_result`; raises `RasaException` for a result of another form."""
    if not _is_plain(result):
        error = next(_result_validator().iter_errors(result), None)
        if error is not None:
            raise RasaException(f"The action server's result has another form than Rasa asks for: {error.message}")
    return True


def _is_plain(result: Any) -> bool:
    """Whether it holds slots and answers alone, as ours do: then it is right, and the schema needn't be walked through."""
    if type(result) is not dict:
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (type(events) is list and type(responses) is list and all(type(response) is dict for response in responses)
            and all(type(event) is dict and event.get("event") == "slot" and type(event.get("name")) is str and "value" in event
                    and event.get("metadata") is None and (event.get("timestamp") is None or type(event["timestamp"]) in (int, float))
                    for event in events))


def install() -> None:
    """Puts the quick functions in place of Rasa's."""
    EndpointConfig.request = _request
    RemoteAction._action_call_format = _call_format
    RemoteAction._validate_action_result = _validate
