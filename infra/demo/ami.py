"""Real meetings screened: a folder of RTTM files, of whose people a tenth, drawn by a seed, withdrew."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.demo.cast import ACME, withdrawal
from infra.demo.screening import PLACEMENTS, Screened, drop, tell_screened
from infra.demo.stage import NoAnswerError, Stage

SEED = 20230811
WITHDRAWN = 0.1
REQUEST = {
    "request_id": "screen-ami-1",
    "customer": "acme",
    "use": {"operation": "fine_tune", "service": "meeting_summary"},
    "model_owner": "first_party",
    "declared_by": "meeting-curation",
    "manifest": {"key": "acme/manifests/ami.rttm", "format": "rttm"},
    "fields": {
        "data": {"constant": "customer_content.audio"},
        # Recorded before any terms were in force; the form that acme signed covers earlier data.
        "collected_at": {"constant": "2005-01-01T00:00:00Z"},
        "collected_by": {"constant": "meeting_summary"},
    },
}


def screen_meetings(stage: Stage, folder: Path) -> Screened:
    """Withdraw, screen all meetings as one manifest, and see that meetings and hours add up."""
    lines = _lines(folder)
    meetings, people = _named(lines, 1), sorted(_named(lines, 7))
    drawn = random.Random(SEED).sample(people, round(WITHDRAWN * len(people)))  # noqa: S311
    stage.title(
        f"{len(meetings)} real meetings, from which {len(drawn)} of {len(people)} people withdrew"
    )
    with _progress(stage) as progress:
        withdrawing = progress.add_task("withdrawals recorded", total=len(drawn))
        for person in drawn:
            stage.http("POST", "/consents/withdraw", withdrawal(person.decode("ascii")), ACME)
            progress.advance(withdrawing)
        screening = progress.add_task("meetings screened", total=None)
        told = drop(stage, REQUEST, b"".join(lines))
        progress.update(screening, total=len(meetings), completed=len(meetings))
    screened = tell_screened(stage, REQUEST, told)
    _tell_meetings(stage, screened, lines)
    return screened


def _tell_meetings(stage: Stage, screened: Screened, lines: list[bytes]) -> None:
    """Meetings and hours of speech by outcome, counted anew in the outputs."""
    found = {placement: _named(screened.rows[placement], 1) for placement in PLACEMENTS}
    hours = {placement: _hours(screened.rows[placement]) for placement in PLACEMENTS}
    for placement in PLACEMENTS:
        words = f"{len(found[placement])} meetings, {hours[placement]:.2f} hours of speech"
        stage.gets(f"{placement:<13}", words)
    total, spoken = len(_named(lines, 1)), _hours(lines)
    stage.gets(f"{'in all':<13}", f"{total} meetings, {spoken:.2f} hours of speech")
    stage.expect(sum(map(len, found.values())) == total, "every meeting in one output alone")
    stage.expect(abs(sum(hours.values()) - spoken) < 1e-6, "hours that add up")
    told = {p: screened.report["outputs"][p] for p in PLACEMENTS}
    same = all(
        told[p]["recordings"] == len(found[p]) and abs(told[p]["seconds"] / 3600 - hours[p]) < 1e-6
        for p in PLACEMENTS
    )
    stage.expect(same, "the report to count as we do")
    stage.expect(
        bool(found["admitted"] and found["refused"]), "some meetings admitted, some refused"
    )


def _lines(folder: Path) -> list[bytes]:
    files = sorted(folder.glob("*.rttm"))
    if not files:
        raise NoAnswerError("--ami names a folder of RTTM files; there are none in it")
    return [line + b"\n" for file in files for line in file.read_bytes().splitlines()]


def _speaking(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The fields of the lines that say who spoke when."""
    return (f for f in (line.split() for line in lines) if f[:1] == [b"SPEAKER"] and len(f) > 7)


def _named(lines: Iterable[bytes], place: int) -> set[bytes]:
    return {fields[place] for fields in _speaking(lines)}


def _hours(lines: Iterable[bytes]) -> float:
    return sum(float(fields[4]) for fields in _speaking(lines)) / 3600


def _progress(stage: Stage) -> Progress:
    return Progress(
        TextColumn("  {task.description:<20}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=stage.console,
        # Handlers' own output is kept apart by the local cloud.
        redirect_stdout=False,
        redirect_stderr=False,
    )
