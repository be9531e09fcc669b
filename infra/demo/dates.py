"""Terms by date: the same question on three dates, and of audio that was collected under earlier terms."""

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, redirect_stdout
from datetime import datetime
from io import StringIO
from typing import Any

from rich.text import Text

from infra.cli import customer
from infra.cli.operating import FROM_OUTPUTS
from infra.demo import dated_cast as cast
from infra.demo.dated_cast import BOOK, BOUND, CONSENTS, EARLIER, GOLDEN, NEVER_DOES, Dated
from infra.demo.doors import tell_form, tell_kept
from infra.demo.stage import STYLES, Stage
from infra.local.process import clock_at, environ
from infra.local.translate import REGION

CLOCK, AUDIO, CONSENT, ANSWER = 16, 12, 9, 7
"""Columns that the cells of a row take."""

type Answers = Mapping[Dated, list[dict[str, Any]]]
"""With the customer's consent, and without."""


def ask_by_date(stage: Stage) -> None:
    """Two customers are bound to the book, and one consents; then both are asked about, date by date."""
    stage.title(f"Terms by date: {BOOK}, with local mode's clock set to dates of 2023")
    with _clock(BOUND):
        for bound in (CONSENTS, NEVER_DOES):
            _bind(stage, bound)
        _consent(stage)
    told = {}
    for dated in sorted({*GOLDEN, *EARLIER}):
        with _clock(dated.clock):
            told[dated] = [_asked(stage, each, dated) for each in (CONSENTS, NEVER_DOES)]
    stage.say(
        "May meeting audio fine_tune a first_party model, with the customer's consent "
        f"({CONSENTS} gave it) and without ({NEVER_DOES} never did)?",
        indent=2,
    )
    _tell(stage, GOLDEN, told)
    stage.say(
        "New terms do not reach back: of the terms at collection and the terms now, the stricter. "
        f"{CONSENTS}'s consent lifts the former, since its form covers earlier data.",
        indent=2,
    )
    _tell(stage, EARLIER, told)


def _clock(date: str) -> AbstractContextManager[None]:
    return clock_at(datetime.fromisoformat(f"{date}T12:00:00Z"))


def _bind(stage: Stage, name: str) -> None:
    """As an operator types it, with the tables in the environment."""
    tables = {table: stage.cloud.outputs[output] for table, output in FROM_OUTPUTS.items()}
    with (
        environ({**os.environ, **tables, "AWS_DEFAULT_REGION": REGION}),
        redirect_stdout(StringIO()) as said,
    ):
        customer.assign(name, terms=BOOK)
    stage.asks("command", f"consentry customer bind {name} --terms {BOOK}")
    stage.gets("kept", said.getvalue().strip())


def _consent(stage: Stage) -> None:
    caller = cast.administrator(CONSENTS)
    registered = stage.http("POST", "/forms", cast.FORM, caller)
    tell_form(stage, cast.FORM, registered)
    consent_event = cast.grant(registered["form"])
    tell_kept(stage, consent_event, stage.http("POST", "/consents", consent_event, caller))


def _asked(stage: Stage, name: str, dated: Dated) -> dict[str, Any]:
    body = cast.request(name, dated)
    return stage.http("POST", "/decisions", body, cast.administrator(name))


def _tell(stage: Stage, questions: Iterable[Dated], told: Answers) -> None:
    heads = f"{'the clock says':<{CLOCK}}{'audio of':<{AUDIO}}{'consent':<{CONSENT}}"
    stage.row(Text(f"{heads}{'answer':<{ANSWER}}by", style="cyan"))
    for dated in questions:
        when = f"{dated.clock:<{CLOCK}}{dated.collected}"
        cases = zip(("granted", "none"), told[dated], dated.outcomes, strict=True)
        for consent, answer, expected in cases:
            outcome, by = answer["outcome"], "; ".join(map(_in_words, answer["reasons"]))
            row = Text(f"{when:<{CLOCK + AUDIO}}{consent:<{CONSENT}}")
            stage.row(row.append(f"{outcome.upper():<{ANSWER}}", STYLES[outcome]).append(by))
            that_day = answer["at"].startswith(dated.clock)
            words = f"{expected} on {dated.clock}, consent {consent}, audio of {dated.collected}"
            stage.expect(outcome == expected and that_day, words)
            when = ""


def _in_words(reason: Mapping[str, Any]) -> str:
    """The version with its clauses; what no version says, in its own words."""
    if reason["policy_set"] != BOOK:
        return ", ".join(reason["explanation"])
    clauses = ", ".join(reason["clauses"]) or "not_covered"
    return f"{reason['policy_set']}@{reason['version']}, {clauses}"
