"""How much of who spoke when a screening keeps, counted anew in its outputs: meetings and hours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rich.text import Text

from consentry_demo.player import Player, UnexpectedResponseError
from consentry_demo.screening import ROW_OUTCOMES, ScreeningResult


@dataclass(frozen=True)
class SpeechTotals:
    """The meetings that some lines are of, and the hours that are spoken in the lines."""

    meetings: set[bytes]
    hours: float

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Self:
        """Of lines of RTTM."""
        spoken = list(speaker_lines(lines))
        return cls({f[1] for f in spoken}, sum(float(f[4]) for f in spoken) / 3600)

    def __str__(self) -> str:
        return f"{len(self.meetings)} meetings, {self.hours:.2f} hours of speech"


type Kept = Mapping[str, SpeechTotals]
"""What each output of a screening holds."""


def read_rttm_lines(folder: Path) -> list[bytes]:
    """The lines of all RTTM files of a folder; UnexpectedResponseError if there are none."""
    files = sorted(folder.glob("*.rttm"))
    if not files:
        raise UnexpectedResponseError("--ami names a folder of RTTM files; there are none in it")
    return [line + b"\n" for file in files for line in file.read_bytes().splitlines()]


def speaker_lines(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The fields of the lines that say who spoke when."""
    return (f for f in (line.split() for line in lines) if f[:1] == [b"SPEAKER"] and len(f) > 7)


def speech_by_outcome(player: Player, screened: ScreeningResult, everything: SpeechTotals) -> Kept:
    """Meetings and hours of speech by outcome, counted anew in the outputs."""
    found = {
        row_outcome: SpeechTotals.of(screened.rows[row_outcome]) for row_outcome in ROW_OUTCOMES
    }
    for row_outcome, speech in found.items():
        player.print_result(f"{row_outcome:<13}", str(speech))
    player.print_result(f"{'in all':<13}", str(everything))
    meetings = set[bytes]().union(*(speech.meetings for speech in found.values()))
    player.expect(meetings == everything.meetings, "every meeting in some output")
    hours = sum(speech.hours for speech in found.values())
    player.expect(abs(hours - everything.hours) < 1e-6, "hours that add up")
    outputs = screened.report["outputs"]
    same = all(
        outputs[p]["recordings"] == len(speech.meetings)
        and abs(outputs[p]["seconds"] / 3600 - speech.hours) < 1e-6
        for p, speech in found.items()
    )
    player.expect(same, "the report to count as we do")
    some = found["admitted"].meetings and found["rejected"].meetings
    player.expect(bool(some), "some meetings admitted, some refused")
    return found


def compare(player: Player, kept: Mapping[str, Kept], everything: SpeechTotals) -> None:
    """How much speech each way keeps, and of how many meetings something or everything is lost."""
    heads = f"{'combined by':<15}{'meetings whole':>14}{'in part':>10}{'not at all':>13}"
    player.row(Text(f"{heads}{'hours kept':>15}{'of the speech':>16}", style="cyan"))
    for combine, found in kept.items():
        admitted, refused = found["admitted"].meetings, found["rejected"].meetings
        counts = f"{len(admitted - refused):>14}{len(admitted & refused):>10}{len(refused - admitted):>13}"
        hours = found["admitted"].hours
        player.row(Text(f"{combine:<15}{counts}{hours:>15.2f}{hours / everything.hours:>16.1%}"))
