"""Real meetings, screened by recording and by segments after a tenth of their people withdrew."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from consentry_demo import results
from consentry_demo.player import Player
from consentry_demo.results import Result, UnexpectedResponseError
from consentry_demo.screening import OUTCOMES, upload

SEED = 20230811
WITHDRAWN = 0.1
RECORDING, SEGMENTS = "recording", "segments"
MODEL = {"model_id": "summariser-ami", "kind": "full", "location": "eu-central-1"}


@dataclass(frozen=True)
class SpeechTotals:
    """The meetings that RTTM lines belong to, and the hours of speech in them."""

    meetings: frozenset[bytes]
    hours: float

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Self:
        """The totals of RTTM lines."""
        segments = list(speaker_lines(lines))
        return cls(frozenset(f[1] for f in segments), sum(float(f[4]) for f in segments) / 3600)

    def __str__(self) -> str:
        return f"{len(self.meetings)} meetings, {self.hours:.2f} hours of speech"


def speaker_lines(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The fields of the lines that say who spoke when."""
    return (f for f in (line.split() for line in lines) if f[:1] == [b"SPEAKER"] and len(f) > 7)


def read_lines(folder: Path) -> list[bytes]:
    """The lines of all RTTM files of a folder; UnexpectedResponseError if there are none."""
    files = sorted(folder.glob("*.rttm"))
    if not files:
        raise UnexpectedResponseError("--ami names a folder of RTTM files; there are none in it")
    return [line + b"\n" for file in files for line in file.read_bytes().splitlines()]


def request(base: Mapping[str, Any], combine: str, name: str = "") -> dict[str, Any]:
    """The scenario's screening request for RTTM, combined in one of the two ways."""
    return {
        **base,
        "request_id": name or f"screen-ami-by-{combine}",
        "manifest": {"key": f"{base['customer']}/manifests/ami.rttm", "format": "rttm"},
        "combine": combine,
    }


def screen_meetings(player: Player, folder: Path, base: Mapping[str, Any]) -> bytes:
    """Withdraw for a tenth of the people, screen both ways, then withdraw for one more; returns the last page."""
    lines = read_lines(folder)
    everything, manifest = SpeechTotals.of(lines), b"".join(lines)
    people = sorted({fields[7] for fields in speaker_lines(lines)})
    withdrawn = random.Random(SEED).sample(people, round(WITHDRAWN * len(people)))  # noqa: S311
    console = player.console
    console.title(
        f"{len(everything.meetings)} real meetings, after {len(withdrawn)} of {len(people)} people withdrew"
    )
    screened: dict[str, Result] = {}
    with _progress(player) as progress:
        for person in progress.track(withdrawn, description="withdrawals"):
            _withdraw(player, person.decode("ascii"))
        for combine in progress.track((RECORDING, SEGMENTS), description="screenings"):
            screened[combine] = upload(player.cloud, request(base, combine), manifest)
    totals = {each: _totals(player, each, screened[each], everything) for each in screened}
    _compare(player, totals, everything)
    _check_segments(player, screened[SEGMENTS], {*withdrawn})
    return _withdraw_later(player, screened[SEGMENTS], manifest, base)


def _withdraw(player: Player, person: str) -> Result:
    body = {"consent_event_id": f"{person}-withdraws-1", "party": {"person": person}}
    return player.http("POST", "/customers/acme/withdrawals", body, "acme")


def _totals(
    player: Player, combine: str, result: Result, everything: SpeechTotals
) -> Mapping[str, SpeechTotals]:
    """Speech by outcome, counted from the outputs and compared with the report."""
    player.console.sent("bucket", f"RTTM, combined by {combine}")
    found = {outcome: SpeechTotals.of(result["lines"][outcome]) for outcome in OUTCOMES}
    player.console.results(results.describe_screening(result))
    player.console.results(
        (outcome, str(speech)) for outcome, speech in {**found, "in all": everything}.items()
    )
    hours = sum(speech.hours for speech in found.values())
    player.console.expect(abs(hours - everything.hours) < 1e-6, "hours that do not add up")
    outputs = result["report"]["outputs"]
    same = all(
        outputs[outcome]["recordings"] == len(speech.meetings)
        and abs(outputs[outcome]["seconds"] / 3600 - speech.hours) < 1e-6
        for outcome, speech in found.items()
    )
    player.console.expect(same, "a report that counts otherwise than its outputs")
    return found


def _compare(
    player: Player, totals: Mapping[str, Mapping[str, SpeechTotals]], everything: SpeechTotals
) -> None:
    heads = f"{'combined by':<15}{'meetings whole':>14}{'in part':>10}{'not at all':>13}"
    player.console.row(Text(f"{heads}{'hours used':>15}{'of the speech':>16}", style="cyan"))
    for combine, found in totals.items():
        admitted, rejected = found["admitted"].meetings, found["rejected"].meetings
        counts = f"{len(admitted - rejected):>14}{len(admitted & rejected):>10}{len(rejected - admitted):>13}"
        hours = found["admitted"].hours
        used = f"{hours:>15.2f}{hours / everything.hours:>16.1%}"
        player.console.row(Text(f"{combine:<15}{counts}{used}"))
    by_recording, by_segments = totals[RECORDING], totals[SEGMENTS]
    apart = by_recording["admitted"].meetings.isdisjoint(by_recording["rejected"].meetings)
    player.console.expect(apart, "a meeting in two outputs, combined by recording")
    more = by_segments["admitted"].hours > by_recording["admitted"].hours
    player.console.expect(more, "no more speech admitted by segments")


def _check_segments(player: Player, result: Result, withdrawn: set[bytes]) -> None:
    lines = result["lines"]
    spoke = any(fields[7] in withdrawn for fields in speaker_lines(lines["admitted"]))
    player.console.expect(not spoke, "speech admitted of a person who withdrew")
    rejected = list(speaker_lines(lines["rejected"]))
    theirs = sum(float(f[4]) for f in rejected if f[7] in withdrawn) / 3600
    others = sum(float(f[4]) for f in rejected if f[7] not in withdrawn) / 3600
    player.console.say(
        f"By segments, {theirs:.2f} hours go in which those who withdrew speak, and {others:.2f} hours of "
        "other speakers that overlap them.",
        indent=2,
    )


def _withdraw_later(
    player: Player, before: Result, manifest: bytes, base: Mapping[str, Any]
) -> bytes:
    """One more person withdraws after a model was registered; the next screening goes without them."""
    console, data_set = player.console, before["report"]["data_set_id"]
    people = sorted({fields[7] for fields in speaker_lines(before["lines"]["admitted"])})
    person = random.Random(SEED).choice(people)  # noqa: S311
    console.title("One more person withdraws, after a model was trained")
    player.http("POST", f"/customers/acme/data-sets/{data_set}/models", MODEL, "acme")
    _withdraw(player, person.decode("ascii"))
    player.cloud.deliver()
    found = player.http("GET", f"/customers/acme/data-sets/{data_set}", None, "acme")
    console.sent("HTTP", "the data set")
    console.results(results.describe(found))
    console.expect(found["status_of_data_set"] == "tainted", "a data set that is not tainted")
    again = upload(player.cloud, request(base, SEGMENTS, "screen-ami-again"), manifest)
    spoke = any(fields[7] == person for fields in speaker_lines(again["lines"]["admitted"]))
    console.expect(not spoke, "speech admitted of the person who withdrew")
    hours = [SpeechTotals.of(each["lines"]["admitted"]).hours for each in (before, again)]
    console.sent("bucket", "the meetings again")
    console.results([("speech", f"{hours[0]:.2f} hours before, {hours[1]:.2f} without the person")])
    return bytes(again["page"])


def _progress(player: Player) -> Progress:
    return Progress(
        TextColumn("  {task.description:<20}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=player.console.rich,
        # The emulator captures what handlers print.
        redirect_stdout=False,
        redirect_stderr=False,
    )
