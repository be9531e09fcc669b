"""Real meetings screened by recording and by segments; a tenth of their people, drawn by a seed, withdrew."""

import random
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from consentry_demo.customers import ACME, withdrawal
from consentry_demo.player import Player
from consentry_demo.propagation import propagate, register_model
from consentry_demo.screening import ScreeningResult, print_screening, upload
from consentry_demo.speech_totals import (
    SpeechTotals,
    compare,
    read_rttm_lines,
    speaker_lines,
    speech_by_outcome,
)
from consentry_emulator.event_log import Delivery

SEED = 20230811
WITHDRAWN = 0.1
RECORDING, SEGMENTS = "recording", "segments"


MODEL = {"model_id": "summariser-ami", "kind": "full", "location": "eu-central-1"}


def request(combine: str, *, name: str = "") -> dict[str, Any]:
    """May the meetings fine-tune the model behind meeting summaries, combined so?"""
    return {
        "request_id": name or f"screen-ami-by-{combine}",
        "customer": "acme",
        "use": {"operation": "fine_tune", "service": "meeting_summary"},
        "model_owner": "first_party",
        "declared_by": "meeting-curation",
        "manifest": {"key": "acme/manifests/ami.rttm", "format": "rttm"},
        "combine": combine,
        "fields": {
            "data": {"constant": "customer_content.audio"},
            # Recorded before any terms were in force; the form that acme signed covers earlier data.
            "collected_at": {"constant": "2005-01-01T00:00:00Z"},
            "collected_by": {"constant": "meeting_summary"},
        },
    }


def screen_meetings(player: Player, folder: Path) -> ScreeningResult:
    """Withdraw, then screen the same manifest both ways, and see that both add up to it; the one by segments."""
    lines = read_rttm_lines(folder)
    everything, people = (
        SpeechTotals.of(lines),
        sorted({fields[7] for fields in speaker_lines(lines)}),
    )
    drawn = random.Random(SEED).sample(people, round(WITHDRAWN * len(people)))  # noqa: S311
    count = len(everything.meetings)
    player.title(f"{count} real meetings, from which {len(drawn)} of {len(people)} people withdrew")
    screened, kept = {}, {}
    for each, told in _answered(player, drawn, b"".join(lines)):
        combine = each["combine"]
        screened[combine] = print_screening(player, each, told)
        kept[combine] = speech_by_outcome(player, screened[combine], everything)
    recording, segments = kept[RECORDING], kept[SEGMENTS]
    apart = recording["admitted"].meetings.isdisjoint(recording["rejected"].meetings)
    player.expect(apart, "every meeting in one output alone, by recording")
    more = segments["admitted"].hours > recording["admitted"].hours
    player.expect(more, "more speech kept by segments")
    compare(player, kept, everything)
    _print_overlaps(player, screened[SEGMENTS], {*drawn})
    return _withdraw_later(player, screened[SEGMENTS], b"".join(lines))


def _withdraw_later(player: Player, screened: ScreeningResult, manifest: bytes) -> ScreeningResult:
    """Somebody in the data set withdraws; what was built learns of it, and the next screening does without."""
    people = sorted({fields[7] for fields in speaker_lines(screened.rows["admitted"])})
    person = random.Random(SEED).choice(people)  # noqa: S311
    player.title("Somebody in what was admitted withdraws, after a model was made of it")
    register_model(player, screened.report["data_set"], MODEL)
    propagate(player, screened.report["data_set"], person.decode("ascii"))
    again = request(SEGMENTS, name="screen-ami-again")
    anew = print_screening(player, again, upload(player, again, manifest))
    heard = any(fields[7] == person for fields in speaker_lines(anew.rows["admitted"]))
    player.expect(not heard, "nothing that the person says, in the next screening")
    before, after = (SpeechTotals.of(each.rows["admitted"]) for each in (screened, anew))
    player.print_result(
        f"{'speech':<13}", f"{before.hours:.2f} hours before, {after.hours:.2f} without them"
    )
    return anew


def _answered(
    player: Player, drawn: list[bytes], manifest: bytes
) -> list[tuple[dict[str, Any], list[Delivery]]]:
    """The withdrawals recorded, then one manifest screened both ways: each request with what came of it."""
    asked = [request(combine) for combine in (RECORDING, SEGMENTS)]
    with _progress(player) as progress:
        for person in progress.track(drawn, description="withdrawals recorded"):
            player.http("POST", "/consents/withdraw", withdrawal(person.decode("ascii")), ACME)
        return [
            (each, upload(player, each, manifest))
            for each in progress.track(asked, description="screenings answered")
        ]


def _print_overlaps(player: Player, screened: ScreeningResult, drawn: set[bytes]) -> None:
    """What segments lose beside the speech of those who withdrew."""
    heard = any(fields[7] in drawn for fields in speaker_lines(screened.rows["admitted"]))
    player.expect(not heard, "no speech kept of those who withdrew")
    lost = list(speaker_lines(screened.rows["rejected"]))
    theirs = sum(float(fields[4]) for fields in lost if fields[7] in drawn) / 3600
    others = sum(float(fields[4]) for fields in lost if fields[7] not in drawn) / 3600
    player.say(
        f"By segments, {theirs:.2f} hours go that those who withdrew speak, and {others:.2f} hours of others' "
        "lines in which they are heard.",
        indent=2,
    )


def _progress(player: Player) -> Progress:
    return Progress(
        TextColumn("  {task.description:<20}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=player.console,
        # Handlers' own output is kept apart by the local cloud.
        redirect_stdout=False,
        redirect_stderr=False,
    )
