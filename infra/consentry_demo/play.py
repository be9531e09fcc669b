"""Plays the demo's scenario on the emulator."""

import time
from pathlib import Path

from rich.console import Console

from consentry_cli.local_stack import start
from consentry_demo.console import DemoConsole
from consentry_demo.player import Player
from consentry_demo.recorded_meetings import screen_meetings
from consentry_demo.results import UnexpectedResponseError
from consentry_demo.scenario import load


def play(
    console: Console,
    template: Path,
    scenario_file: Path,
    *,
    ami: Path | None,
    page: Path | None,
    started: float,
) -> list[str]:
    """Play the whole scenario; returns what was unexpected.

    `ami`: a folder of RTTM files that are screened too. `page`: a file for the page of the last screening.
    `started`: `time.monotonic()` when the command began.
    """
    demo, scenario = DemoConsole(console), load(scenario_file)
    with start(template, parameters=scenario.parameters) as cloud:
        player = Player(cloud, demo, scenario)
        wiring = cloud.wiring
        demo.say(
            f"Created {template.name} on moto in this process in {time.monotonic() - started:.1f} s: "
            f"{len(wiring.functions)} functions, {len(wiring.routes)} routes, {len(wiring.rules)} rules, "
            f"{len(wiring.queue_mappings)} queues, {len(wiring.stream_mappings)} stream, "
            f"{len(wiring.machines)} state machine. No account and no Docker; the handlers are the real ones."
        )
        try:
            for number, section in enumerate(scenario.sections):
                if section.recorded_meetings is None:
                    player.play(section)
                elif ami:
                    player.last_page = screen_meetings(player, ami, section.recorded_meetings)
                if number == 0:
                    seconds = time.monotonic() - started
                    demo.say(f"These answers came {seconds:.1f} s after the start.", indent=2)
        except UnexpectedResponseError as broken:
            demo.expect(False, str(broken))
            if cloud.deliveries and (error := cloud.deliveries[-1].error):
                demo.say(f"{cloud.deliveries[-1].function}: {error.type}: {error.message}")
        if page and player.last_page:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(player.last_page)
            demo.say(f"The page of the last screening: open {page} in a browser.", indent=2)
    return demo.failures
