"""DataUseDecided events: an answer, told on the bus that its request came from."""

import json

from pydantic import TypeAdapter

from consentry.aws import clients
from consentry.domain.decision.answer import Answer
from consentry.domain.errors import UnansweredError

SOURCE = "consentry"
_ANSWER = TypeAdapter(Answer)


def announce(bus: str, answer: Answer, request_id: str, in_reply_to: str) -> None:
    """Put the answer on the bus; UnansweredError if EventBridge did not take it.

    May happen twice for one request: `decision_id` and `revision` tell a consumer that it has it already.
    """
    told = _ANSWER.dump_python(answer, mode="json")
    detail = {**told, "request_id": request_id, "in_reply_to": in_reply_to}
    entry = {
        "EventBusName": bus,
        "Source": SOURCE,
        "DetailType": "DataUseDecided",
        "Detail": json.dumps(detail),
    }
    if clients.eventbridge().put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
        raise UnansweredError("the answer could not be put on the bus")
