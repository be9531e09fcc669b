"""A material change: the consent given before it is outdated, and whose it is, is told, to be asked again."""

import json
import os
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.cli.consent_renew import BUS, renew
from infra.cli.operating import FROM_OUTPUTS
from infra.demo import dated_cast as cast
from infra.demo.dated_cast import CONSENTS
from infra.demo.doors import EVENTS
from infra.demo.stage import Stage
from infra.local.process import environ
from infra.local.translate import REGION

SAMPLE = "renew/told-renewal-due.json"
"""What such an event looks like, whole."""


def ask_again(stage: Stage) -> None:
    """The version of 2023-08-11 declares itself material for training: no row changed, but what it comes to."""
    stage.title("A material change: zoom-terms@2023-08-11 outdates what was granted before it")
    caller = cast.administrator(CONSENTS)
    for date, expected in cast.STOOD.items():
        path = f"/consents/{CONSENTS}?at={date}T12:00:00Z"
        stood = [each["status"] for each in stage.http("GET", path, None, caller)["statuses"]]
        stage.asks("HTTP", f"GET {path}")
        stage.gets("stood", ", ".join(stood))
        stage.expect(stood == [expected], f"{expected} on {date}")
    _tell(stage)


def _tell(stage: Stage) -> None:
    before = len(stage.cloud.trace)
    stage.asks("command", f"consentry consent renew {CONSENTS} people.txt")
    stage.gets("sent", _renewed(stage))
    stage.cloud.deliver()
    told = [each.event for each in stage.cloud.trace[before:] if each.function is None]
    for event in told:
        uses = ", ".join(f"{u['operation']}/{u['service']}" for u in event["detail"]["uses"])
        asked = event["detail"]["person"] or event["detail"]["customer"]
        stage.adds(f"{event['detail-type']}: ask {asked} again for {uses}")
    sample: dict[str, Any] = json.loads((EVENTS / SAMPLE).read_bytes())
    shapes = [(event.keys(), event["detail"].keys()) for event in told]
    stage.expect(shapes == [(sample.keys(), sample["detail"].keys())], f"one event as {SAMPLE}")


def _renewed(stage: Stage) -> str:
    """As an operator types it, with the tables and the bus in the environment."""
    outputs = FROM_OUTPUTS | BUS
    named = {name: stage.cloud.outputs[output] for name, output in outputs.items()}
    with (
        TemporaryDirectory() as folder,
        environ({**os.environ, **named, "AWS_DEFAULT_REGION": REGION}),
        redirect_stdout(StringIO()) as said,
    ):
        people = Path(folder, "people.txt")
        people.write_text("pia\nquin\n", "ascii")
        renew(CONSENTS, people, rate=1000)
    return said.getvalue().strip()
