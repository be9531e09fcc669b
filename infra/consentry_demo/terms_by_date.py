"""Terms by date: the same question on three dates, and of audio that was collected under earlier terms."""

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, redirect_stdout
from datetime import datetime
from io import StringIO
from typing import Any

from rich.text import Text

from consentry_cli import customer
from consentry_cli.session import STACK_OUTPUTS
from consentry_demo import dated_questions as cast
from consentry_demo.dated_questions import (
    ASSIGNED_ON,
    CONSENTING,
    EARLIER,
    GOLDEN,
    NON_CONSENTING,
    TERMS,
    DatedQuestion,
)
from consentry_demo.event_steps import print_form, print_recorded_event
from consentry_demo.player import STYLES, Player
from consentry_emulator.process_isolation import clock_at, environ
from consentry_emulator.sam_transform import REGION

CLOCK, AUDIO, CONSENT, ANSWER = 16, 12, 9, 7
"""Columns that the cells of a row take."""

type Answers = Mapping[DatedQuestion, list[dict[str, Any]]]
"""With the customer's consent, and without."""


def ask_by_date(player: Player) -> None:
    """Two customers are bound to the book, and one consents; then both are asked about, date by date."""
    player.title(f"Terms by date: {TERMS}, with local mode's clock set to dates of 2023")
    with _clock(ASSIGNED_ON):
        for bound in (CONSENTING, NON_CONSENTING):
            _assign(player, bound)
        _consent(player)
    told = {}
    for dated in sorted({*GOLDEN, *EARLIER}):
        with _clock(dated.clock):
            told[dated] = [_asked(player, each, dated) for each in (CONSENTING, NON_CONSENTING)]
    player.say(
        "May meeting audio fine_tune a first_party model, with the customer's consent "
        f"({CONSENTING} gave it) and without ({NON_CONSENTING} never did)?",
        indent=2,
    )
    _tell(player, GOLDEN, told)
    player.say(
        "New terms do not reach back: of the terms at collection and the terms now, the stricter. "
        f"{CONSENTING}'s consent lifts the former, since its form covers earlier data.",
        indent=2,
    )
    _tell(player, EARLIER, told)


def _clock(date: str) -> AbstractContextManager[None]:
    return clock_at(datetime.fromisoformat(f"{date}T12:00:00Z"))


def _assign(player: Player, name: str) -> None:
    """As an operator types it, with the tables in the environment."""
    tables = {table: player.cloud.outputs[output] for table, output in STACK_OUTPUTS.items()}
    with (
        environ({**os.environ, **tables, "AWS_DEFAULT_REGION": REGION}),
        redirect_stdout(StringIO()) as said,
    ):
        customer.assign(name, terms=TERMS)
    player.print_request("command", f"consentry customer assign {name} --terms {TERMS}")
    player.print_result("stored", said.getvalue().strip())


def _consent(player: Player) -> None:
    caller = cast.administrator(CONSENTING)
    registered = player.http("POST", "/forms", cast.FORM, caller)
    print_form(player, cast.FORM, registered)
    consent_event = cast.grant(registered["form"])
    print_recorded_event(
        player, consent_event, player.http("POST", "/consents", consent_event, caller)
    )


def _asked(player: Player, name: str, dated: DatedQuestion) -> dict[str, Any]:
    body = cast.request(name, dated)
    return player.http("POST", "/decisions", body, cast.administrator(name))


def _tell(player: Player, questions: Iterable[DatedQuestion], told: Answers) -> None:
    heads = f"{'the clock says':<{CLOCK}}{'audio of':<{AUDIO}}{'consent':<{CONSENT}}"
    player.row(Text(f"{heads}{'answer':<{ANSWER}}by", style="cyan"))
    for dated in questions:
        when = f"{dated.clock:<{CLOCK}}{dated.collected}"
        cases = zip(("granted", "none"), told[dated], dated.outcomes, strict=True)
        for consent, answer, expected in cases:
            outcome, by = answer["outcome"], "; ".join(map(_in_words, answer["reasons"]))
            row = Text(f"{when:<{CLOCK + AUDIO}}{consent:<{CONSENT}}")
            player.row(row.append(f"{outcome.upper():<{ANSWER}}", STYLES[outcome]).append(by))
            that_day = answer["at"].startswith(dated.clock)
            words = f"{expected} on {dated.clock}, consent {consent}, audio of {dated.collected}"
            player.expect(outcome == expected and that_day, words)
            when = ""


def _in_words(reason: Mapping[str, Any]) -> str:
    """The version with its clauses; what no version says, in its own words."""
    if reason["policy_set_id"] != TERMS:
        return ", ".join(reason["explanations"])
    clauses = ", ".join(reason["clauses"]) or "not_covered"
    return f"{reason['policy_set_id']}@{reason['version']}, {clauses}"
