"""A material change: the consent given before it is outdated, and whose it is, is told, to be asked again."""

import json
import os
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from consentry_cli.consent_renew import BUS_OUTPUT, renew
from consentry_cli.session import STACK_OUTPUTS
from consentry_demo import dated_questions as cast
from consentry_demo.dated_questions import CONSENTING
from consentry_demo.event_steps import EVENTS
from consentry_demo.player import Player
from consentry_emulator.process_isolation import environ
from consentry_emulator.sam_transform import REGION

SAMPLE = "renewal/published-renewal-due.json"
"""What such an event looks like, whole."""


def request_renewal(player: Player) -> None:
    """The version of 2023-08-11 declares itself material for training: no row changed, but what it comes to."""
    player.title("A material change: zoom-terms@2023-08-11 outdates what was granted before it")
    caller = cast.administrator(CONSENTING)
    for date, expected in cast.STATUSES_BY_DATE.items():
        path = f"/consents/{CONSENTING}?at={date}T12:00:00Z"
        statuses = [each["status"] for each in player.http("GET", path, None, caller)["statuses"]]
        player.print_request("HTTP", f"GET {path}")
        player.print_result("status", ", ".join(statuses))
        player.expect(statuses == [expected], f"{expected} on {date}")
    _tell(player)


def _tell(player: Player) -> None:
    before = len(player.cloud.deliveries)
    player.print_request("command", f"consentry consent renew {CONSENTING} people.txt")
    player.print_result("sent", _renewed(player))
    player.cloud.deliver()
    told = [each.event for each in player.cloud.deliveries[before:] if each.function is None]
    for event in told:
        uses = ", ".join(f"{u['operation']}/{u['service']}" for u in event["detail"]["uses"])
        asked = event["detail"]["person"] or event["detail"]["customer"]
        player.print_detail(f"{event['detail-type']}: ask {asked} again for {uses}")
    sample: dict[str, Any] = json.loads((EVENTS / SAMPLE).read_bytes())
    shapes = [(event.keys(), event["detail"].keys()) for event in told]
    player.expect(shapes == [(sample.keys(), sample["detail"].keys())], f"one event as {SAMPLE}")


def _renewed(player: Player) -> str:
    """As an operator types it, with the tables and the bus in the environment."""
    outputs = STACK_OUTPUTS | BUS_OUTPUT
    named = {name: player.cloud.outputs[output] for name, output in outputs.items()}
    with (
        TemporaryDirectory() as folder,
        environ({**os.environ, **named, "AWS_DEFAULT_REGION": REGION}),
        redirect_stdout(StringIO()) as said,
    ):
        people = Path(folder, "people.txt")
        people.write_text("pia\nquin\n", "ascii")
        renew(CONSENTING, people, rate=1000)
    return said.getvalue().strip()
