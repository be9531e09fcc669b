"""The demo's story, in its order: raise, seed, ask at every door, change minds, then dates, screen, look back."""

import time
from pathlib import Path

from rich.console import Console

from infra.demo import consents
from infra.demo.ami import screen_meetings
from infra.demo.dates import ask_by_date
from infra.demo.erasing import erase
from infra.demo.evidence import evidence
from infra.demo.permits import permits
from infra.demo.poison import poison, poison_in_the_stream
from infra.demo.renewal import ask_again
from infra.demo.screening import keep_page, screen
from infra.demo.seed import ask_globex, seed
from infra.demo.stage import NoAnswerError, Stage
from infra.demo.transparency import look_back, look_next
from infra.local.cloud import LocalCloud


def play(
    console: Console, template: Path, *, ami: Path | None, page: Path | None, started: float
) -> list[str]:
    """Play all of it; returns what went otherwise than expected."""
    with LocalCloud.raise_from(template) as cloud:
        stage = Stage(cloud, console, started)
        try:
            _play(stage, template, ami, page)
        except NoAnswerError as broken:
            stage.expect(False, f"an answer: {broken}")
            if cloud.trace and (error := cloud.trace[-1].error):
                stage.say(f"{cloud.trace[-1].function}: {error.type}: {error.message}")
    return stage.otherwise


def _play(stage: Stage, template: Path, ami: Path | None, page: Path | None) -> None:
    raised(stage, template)
    consents.before(stage)
    stage.say(f"The first answer came {stage.first_answer:.1f} s after the start.", indent=2)
    seed(stage)
    consents.grant(stage)
    evidence(stage)
    consents.withdraw(stage, consents.every_door(stage))
    ask_globex(stage)
    ask_by_date(stage)
    ask_again(stage)
    poison(stage)
    poison_in_the_stream(stage)
    screened = screen(stage)
    permits(stage)
    if ami:
        screened = screen_meetings(stage, ami)
    if page:
        keep_page(stage, screened, page)
    look_back(stage)
    erase(stage)
    look_next(stage)


def raised(stage: Stage, template: Path) -> None:
    """What local mode made of the template."""
    seconds = time.monotonic() - stage.started
    wiring = stage.cloud.wiring
    stage.say(
        f"Raised {template.name} on moto in this process in {seconds:.1f} s: "
        f"{len(wiring.functions)} functions, {len(wiring.routes)} routes, {len(wiring.rules)} rules, "
        f"{len(wiring.mappings)} queues, {len(wiring.stream_mappings)} stream, "
        f"{len(wiring.machines)} state machine. "
        "No account, no Docker; the handlers are the real ones.",
    )
