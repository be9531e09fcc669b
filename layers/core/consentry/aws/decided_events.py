"""DataUseDecided events: an answer, told on the bus that its request came from."""

from dataclasses import dataclass, fields

from consentry.aws import bus, clients
from consentry.domain.decision.answer import Answer


@dataclass(frozen=True, slots=True)
class DataUseDecided(Answer):
    """The detail: the answer, to which request (its id), and which event (its id) that came in."""

    request_id: str
    in_reply_to: str


def announce(on: str, answer: Answer, request_id: str, in_reply_to: str) -> None:
    """Put the answer on a bus; UnansweredError if EventBridge did not take it.

    May happen twice for one request: `decision_id` and `revision` tell a consumer that it has it already.
    """
    said = {each.name: getattr(answer, each.name) for each in fields(Answer)}
    bus.tell(
        clients.eventbridge(),
        on,
        DataUseDecided(**said, request_id=request_id, in_reply_to=in_reply_to),
    )
