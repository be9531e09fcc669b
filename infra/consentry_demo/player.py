"""What the story is played on: the local cloud, the console, the clock, and what went otherwise."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.text import Text

from consentry_demo.summaries import DecisionSummary
from consentry_emulator.emulator import Emulator

STYLES = {"allow": "bold green", "deny": "bold red"}
TRIGGER = 8
ANSWER = 7
"""Columns that the name of a door takes, and those of an answer under it."""


class UnexpectedResponseError(Exception):
    """A door answered nothing that the story could go on with."""


@dataclass
class Player:
    """All that is printed passes here; `otherwise` collects what the story did not expect."""

    cloud: Emulator
    console: Console
    started: float
    """`time.monotonic()` when the demo began."""
    failures: list[str] = field(default_factory=list)
    first_answer: float | None = None
    """Seconds until the first decision was told."""

    def title(self, words: str) -> None:
        """Begin a part of the story."""
        self.console.print()
        self.say(words, style="bold")

    def say(self, words: str, *, label: str = "", indent: int = 0, style: str = "") -> None:
        """Words beside a label, folded so that they stay beside it; `style` is the label's, if there is one."""
        room = self.console.width - indent - len(label)
        for line in wrap(words, room, break_on_hyphens=False):
            text = Text(" " * indent).append(label, style=style)
            self.console.print(text.append(line, style="" if label.strip() else style))
            label = " " * len(label)

    def row(self, cells: Text) -> None:
        """A line of a table, as it is."""
        self.console.print(Text(" " * 2).append_text(cells))

    def print_request(self, trigger: str, words: str) -> None:
        """Something is sent through a door."""
        self.say(words, label=f"{trigger:<{TRIGGER}}", indent=2, style="cyan")

    def print_result(self, label: str, words: str, *, style: str = "bold") -> None:
        """What came back."""
        self.say(words, label=f"{label:<{ANSWER}}", indent=2 + TRIGGER, style=style)

    def print_detail(self, words: str) -> None:
        """A further word on what came back."""
        self.say(words, indent=2 + TRIGGER + ANSWER)

    def print_decision(
        self, trigger: str, request: str, told: DecisionSummary, *, expect: str, note: str = ""
    ) -> None:
        """A request, its answer, the rules and the needs; anything but `expect` is collected."""
        if self.first_answer is None:
            self.first_answer = time.monotonic() - self.started
        self.print_request(trigger, request)
        first, *others = told.rules
        self.print_result(told.outcome.upper(), first, style=STYLES[told.outcome])
        for line in (*others, *told.what_would_allow, note):
            self.print_detail(line)
        self.expect(told.outcome == expect, f"{expect} through {trigger}: {request}")

    def expect(self, holds: bool, expected: str) -> None:
        """Collect, and say at once, what the story expects and did not get."""
        if not holds:
            self.failures.append(expected)
            self.say(f"OTHERWISE: the story expects {expected}", style="bold red")

    def http(self, method: str, path: str, body: Any, claims: Mapping[str, str]) -> dict[str, Any]:
        """What the HTTP door answers with 200; UnexpectedResponseError for any other status."""
        return read_json_response(self.cloud.http(method, path, body, claims))


def read_json_response(response: object, *, status: int = 200) -> dict[str, Any]:
    """The JSON body of an HTTP response of this status; UnexpectedResponseError for any other."""
    if not isinstance(response, dict) or response["statusCode"] != status:
        raise UnexpectedResponseError(f"the HTTP door answered {response}, not {status}")
    body: dict[str, Any] = json.loads(response["body"])
    return body
