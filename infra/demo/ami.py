"""Real meetings screened by recording and by segments; a tenth of their people, drawn by a seed, withdrew."""

import random
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.demo.cast import ACME, withdrawal
from infra.demo.reach import reach, register_model
from infra.demo.screening import Screened, drop, tell_screened
from infra.demo.speech import Speech, compare, counted, lines_of, speaking
from infra.demo.stage import Stage
from infra.local.trace import Delivery

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


def screen_meetings(stage: Stage, folder: Path) -> Screened:
    """Withdraw, then screen the same manifest both ways, and see that both add up to it; the one by segments."""
    lines = lines_of(folder)
    everything, people = Speech.of(lines), sorted({fields[7] for fields in speaking(lines)})
    drawn = random.Random(SEED).sample(people, round(WITHDRAWN * len(people)))  # noqa: S311
    count = len(everything.meetings)
    stage.title(f"{count} real meetings, from which {len(drawn)} of {len(people)} people withdrew")
    screened, kept = {}, {}
    for each, told in _answered(stage, drawn, b"".join(lines)):
        combine = each["combine"]
        screened[combine] = tell_screened(stage, each, told)
        kept[combine] = counted(stage, screened[combine], everything)
    recording, segments = kept[RECORDING], kept[SEGMENTS]
    apart = recording["admitted"].meetings.isdisjoint(recording["rejected"].meetings)
    stage.expect(apart, "every meeting in one output alone, by recording")
    more = segments["admitted"].hours > recording["admitted"].hours
    stage.expect(more, "more speech kept by segments")
    compare(stage, kept, everything)
    _tell_spoken_over(stage, screened[SEGMENTS], {*drawn})
    return _withdraw_later(stage, screened[SEGMENTS], b"".join(lines))


def _withdraw_later(stage: Stage, screened: Screened, manifest: bytes) -> Screened:
    """Somebody in the data set withdraws; what was built learns of it, and the next screening does without."""
    people = sorted({fields[7] for fields in speaking(screened.rows["admitted"])})
    person = random.Random(SEED).choice(people)  # noqa: S311
    stage.title("Somebody in what was admitted withdraws, after a model was made of it")
    register_model(stage, screened.report["data_set"], MODEL)
    reach(stage, screened.report["data_set"], person.decode("ascii"))
    again = request(SEGMENTS, name="screen-ami-again")
    anew = tell_screened(stage, again, drop(stage, again, manifest))
    heard = any(fields[7] == person for fields in speaking(anew.rows["admitted"]))
    stage.expect(not heard, "nothing that the person says, in the next screening")
    before, after = (Speech.of(each.rows["admitted"]) for each in (screened, anew))
    stage.gets(
        f"{'speech':<13}", f"{before.hours:.2f} hours before, {after.hours:.2f} without them"
    )
    return anew


def _answered(
    stage: Stage, drawn: list[bytes], manifest: bytes
) -> list[tuple[dict[str, Any], list[Delivery]]]:
    """The withdrawals recorded, then one manifest screened both ways: each request with what came of it."""
    asked = [request(combine) for combine in (RECORDING, SEGMENTS)]
    with _progress(stage) as progress:
        for person in progress.track(drawn, description="withdrawals recorded"):
            stage.http("POST", "/consents/withdraw", withdrawal(person.decode("ascii")), ACME)
        return [
            (each, drop(stage, each, manifest))
            for each in progress.track(asked, description="screenings answered")
        ]


def _tell_spoken_over(stage: Stage, screened: Screened, drawn: set[bytes]) -> None:
    """What segments lose beside the speech of those who withdrew."""
    heard = any(fields[7] in drawn for fields in speaking(screened.rows["admitted"]))
    stage.expect(not heard, "no speech kept of those who withdrew")
    lost = list(speaking(screened.rows["rejected"]))
    theirs = sum(float(fields[4]) for fields in lost if fields[7] in drawn) / 3600
    others = sum(float(fields[4]) for fields in lost if fields[7] not in drawn) / 3600
    stage.say(
        f"By segments, {theirs:.2f} hours go that those who withdrew speak, and {others:.2f} hours of others' "
        "lines in which they are heard.",
        indent=2,
    )


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
