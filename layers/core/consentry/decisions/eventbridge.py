"""Publishes decisions as DataUseDecided events."""

from dataclasses import dataclass, fields
from typing import Literal

from consentry.aws import clients, eventbridge
from consentry.decisions.response import DecisionResponse


@dataclass(frozen=True, slots=True)
class DataUseDecided(DecisionResponse):
    """The detail of the event: the answer, the request's id, and the id of the event that it replies to."""

    request_id: str
    in_reply_to: str
    schema_version: Literal[1] = 1


def publish_decision(
    event_bus: str, response: DecisionResponse, request_id: str, in_reply_to: str
) -> None:
    """Put the answer on an event bus; UnavailableError if EventBridge did not accept it.

    A retry can publish an answer twice. Consumers recognize it by `decision_id` and `revision`.
    """
    answer = {field.name: getattr(response, field.name) for field in fields(DecisionResponse)}
    detail = DataUseDecided(**answer, request_id=request_id, in_reply_to=in_reply_to)
    eventbridge.publish(clients.eventbridge(), event_bus, detail)
