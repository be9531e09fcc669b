"""acme's part: asked before it consents, through every door after it granted, and again after a withdrawal."""

from consentry_demo.event_steps import (
    ask_bus,
    ask_http,
    ask_machine,
    ask_queue,
    ask_task,
    expect_rejected_request,
    record_by_http,
)
from consentry_demo.player import Player
from consentry_demo.summaries import DecisionSummary

TRAIN = "decisions/http-train-after-grant.json"
CHAT = "decisions/bus-train-on-chat.json"
GATE = "decisions/task-gate-training.json"


def before(player: Player) -> None:
    """Telemetry trains; content, third parties' models, the public web do not; a claim of consent is refused."""
    player.title("Asked before anybody consented")
    ask_http(player, "decisions/http-telemetry.json", expect="allow")
    ask_http(player, "decisions/http-train-on-audio.json", expect="deny")
    ask_http(player, "decisions/http-third-party.json", expect="deny")
    ask_http(player, "decisions/http-public-web.json", expect="deny")
    expect_rejected_request(
        player, "decisions/http-claims-consent.json", status=422, why='with "consent": true'
    )
    expect_rejected_request(
        player, "decisions/http-forbidden-customer.json", status=403, why="asked by acme"
    )


def grant(player: Player) -> None:
    """A grant turns the denial into an allow, for a new request id."""
    player.title("A grant turns the denial into an allow")
    record_by_http(player, "consent/http-grant-training.json")
    ask_http(player, TRAIN, expect="allow")
    record_by_http(player, "consent/http-opt-in-signed.json")
    ask_http(player, "decisions/http-run-summary.json", expect="allow")
    ask_http(player, "decisions/http-another-service.json", expect="deny")


def every_door(player: Player) -> DecisionSummary:
    """The same law behind the bus, the queue, a task and a state machine; returns what the bus told."""
    player.title("The same law behind every other door")
    told = ask_bus(player, CHAT, expect="allow")
    ask_queue(player, "decisions/queue-one-good-one-poison.json", expect="allow")
    ask_task(player, "decisions/task-train-on-video.json", expect="allow")
    ask_machine(player, GATE, expect="allow")
    return told


def withdraw(player: Player, told: DecisionSummary) -> None:
    """A withdrawal turns allows back, for redelivered requests too; `told` is what the bus told before."""
    player.title("A withdrawal turns it back, for what is delivered again too")
    again = ask_bus(player, CHAT, expect="allow", note="delivered again: the same decision")
    player.expect(again == told, "the same decision for the same event")
    record_by_http(player, "consent/http-person-withdraws.json")
    revised = ask_bus(player, CHAT, expect="deny", note="the same event, delivered again")
    same = revised.decision_id == told.decision_id
    player.expect(same and revised.revision == told.revision + 1, "a revision of the same decision")
    ask_http(player, TRAIN, expect="deny", note="the same request, sent again")
    ask_machine(player, GATE, expect="deny")
