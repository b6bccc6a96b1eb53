"""What can be reached from where: the door by everybody, the rest by nobody outside, and Rasa's dangerous addresses not at all."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from tests.real import Real

pytestmark = pytest.mark.slow


def own_address() -> str:
    """This machine's address in its network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network but loopback")
        return probe.getsockname()[0]


def listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0


def test_only_the_door_can_be_reached_from_outside(real: Real):
    address = own_address()
    if address.startswith("127."):
        pytest.skip("this machine has no network but loopback")
    assert {part.name: listens(address, part.port) for part in real.stack.parts} == {
        "action server": False, "Rasa": False, "public door": True}


@pytest.mark.parametrize("method, path", [
    ("PUT", "/model"), ("DELETE", "/model"), ("POST", "/model/train"), ("POST", "/model/parse"), ("GET", "/domain"), ("GET", "/status"),
    ("GET", "/conversations/x/tracker"), ("POST", "/conversations/x/execute"), ("POST", "/webhooks/rest/parse"),
    ("GET", "/webhooks/rest/conversations/x/slots")])
def test_rasa_has_no_api_for_models_and_conversations(real: Real, method: str, path: str):
    request = urllib.request.Request(f"http://127.0.0.1:{real.rasa.port}{path}", b"{}" if method in ("PUT", "POST") else None,
                                     {"Content-Type": "application/json"}, method=method)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    assert error.value.code in (404, 405)
