"""DataUseDecided events: an answer, told on the bus that its request came from."""

from dataclasses import dataclass, fields
from typing import Literal

from consentry.aws import clients, eventbridge
from consentry.decisions.response import DecisionResponse


@dataclass(frozen=True, slots=True)
class DataUseDecided(DecisionResponse):
    """The detail: the answer, to which request (its id), and which event (its id) that came in."""

    request_id: str
    in_reply_to: str
    schema_version: Literal[1] = 1


def publish_decision(on: str, answer: DecisionResponse, request_id: str, in_reply_to: str) -> None:
    """Put the answer on a bus; UnavailableError if EventBridge did not take it.

    May happen twice for one request: `decision_id` and `revision` tell a consumer that it has it already.
    """
    said = {each.name: getattr(answer, each.name) for each in fields(DecisionResponse)}
    eventbridge.publish(
        clients.eventbridge(),
        on,
        DataUseDecided(**said, request_id=request_id, in_reply_to=in_reply_to),
    )
