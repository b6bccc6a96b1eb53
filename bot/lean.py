"""Takes time out of Rasa that no setting takes out; imported by the channel, so wherever Rasa serves.

Rasa checks its own JSON schema for action results anew at every action: half of the time of
a whole turn, measured with py-spy. The schema never changes, so it is compiled once; results
are checked against it as before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.exceptions import RasaException


@lru_cache(maxsize=1)
def _result_validator() -> Draft202012Validator:
    return Draft202012Validator(RemoteAction.action_response_format_spec())


def _validate_action_result(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """As `RemoteAction._validate_action_result`; raises `RasaException` for a result of another form."""
    error = next(_result_validator().iter_errors(result), None)
    if error is not None:
        raise RasaException(f"The action server's result has another form than Rasa asks for: {error.message}")
    return True


def install() -> None:
    """Puts the quick check in place of Rasa's own."""
    RemoteAction._validate_action_result = _validate_action_result
