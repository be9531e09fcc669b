"""`consentry demo --ami`: the same real meetings by recording and by segments, all accounted for."""

import re
from pathlib import Path

import pytest

from tests.cli.demo_process import play, section
from tests.testkit.vendored import ami_meetings


@pytest.mark.campaign
def test_the_real_meetings_and_hours_add_up_and_segments_keep_more_of_them(tmp_path: Path) -> None:
    files = ami_meetings()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    demo_run = play("--ami", tmp_path)

    told = section(demo_run, f"{len(files)} real meetings, from which")
    by_recording, by_segments = told.split("by segments\n", 1)
    recording, segments = rttm_line(by_recording), rttm_line(by_segments)
    whole, touched = recording["admitted"][0], recording["rejected"][0]
    table = re.findall(r"^  (recording|segments) +(\d+) +(\d+) +(\d+) +([\d.]+) ", told, re.M)
    assert demo_run.returncode == 0
    for found in (recording, segments):
        meetings, hours = found.pop("in all")
        assert meetings == whole + touched == len(files)
        assert hours == pytest.approx(sum(hours for _, hours in found.values()), abs=0.02)
    assert [tuple(map(float, row[1:])) for row in table] == [
        (whole, 0, touched, recording["admitted"][1]),
        (whole, touched, 0, segments["admitted"][1]),
    ]
    assert recording["admitted"][1] < segments["admitted"][1]
    later = section(demo_run, "Somebody in what was admitted withdraws")
    assert "stated, not done: retrain (summariser-ami)" in later
    ((before, after),) = re.findall(r"([\d.]+) hours before, ([\d.]+) without them", later)
    assert float(before) == segments["admitted"][1] > float(after)


def rttm_line(told: str) -> dict[str, tuple[int, float]]:
    """Meetings and hours of speech, by outcome and in all."""
    counts = re.findall(r"^ +(\w+|in all) +(\d+) meetings, ([\d.]+) hours of speech$", told, re.M)
    return {name: (int(meetings), float(hours)) for name, meetings, hours in counts}
