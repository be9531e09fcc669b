"""The demo's story, in its order: raise, seed, ask at every door, change minds, then dates, screen, look back."""

import time
from pathlib import Path

from rich.console import Console

from consentry_demo import consent_steps
from consentry_demo.audit import show_audit, show_next_commands
from consentry_demo.erasure import erase
from consentry_demo.permits import permits
from consentry_demo.player import Player, UnexpectedResponseError
from consentry_demo.poison_messages import poison, poison_in_the_stream
from consentry_demo.recorded_meetings import screen_meetings
from consentry_demo.renewal import request_renewal
from consentry_demo.screening import save_page, screen
from consentry_demo.seed import ask_globex, seed
from consentry_demo.signed_consent import evidence
from consentry_demo.terms_by_date import ask_by_date
from consentry_emulator.emulator import Emulator


def play(
    console: Console, template: Path, *, ami: Path | None, page: Path | None, started: float
) -> list[str]:
    """Play all of it; returns what went otherwise than expected."""
    with Emulator.start(template) as cloud:
        player = Player(cloud, console, started)
        try:
            _play(player, template, ami, page)
        except UnexpectedResponseError as broken:
            player.expect(False, f"an answer: {broken}")
            if cloud.deliveries and (error := cloud.deliveries[-1].error):
                player.say(f"{cloud.deliveries[-1].function}: {error.type}: {error.message}")
    return player.failures


def _play(player: Player, template: Path, ami: Path | None, page: Path | None) -> None:
    print_startup(player, template)
    consent_steps.before(player)
    player.say(f"The first answer came {player.first_answer:.1f} s after the start.", indent=2)
    seed(player)
    consent_steps.grant(player)
    evidence(player)
    consent_steps.withdraw(player, consent_steps.every_door(player))
    ask_globex(player)
    ask_by_date(player)
    request_renewal(player)
    poison(player)
    poison_in_the_stream(player)
    screened = screen(player)
    permits(player)
    if ami:
        screened = screen_meetings(player, ami)
    if page:
        save_page(player, screened, page)
    show_audit(player)
    erase(player)
    show_next_commands(player)


def print_startup(player: Player, template: Path) -> None:
    """What local mode made of the template."""
    seconds = time.monotonic() - player.started
    wiring = player.cloud.wiring
    player.say(
        f"Raised {template.name} on moto in this process in {seconds:.1f} s: "
        f"{len(wiring.functions)} functions, {len(wiring.routes)} routes, {len(wiring.rules)} rules, "
        f"{len(wiring.mappings)} queues, {len(wiring.stream_mappings)} stream, "
        f"{len(wiring.machines)} state machine. "
        "No account, no Docker; the handlers are the real ones.",
    )
