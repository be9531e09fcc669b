"""Measure how many bytes it takes to find all data sets of a person, against the bytes stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import process_time

import pytest

from consentry.audit.audit_row import encode_row
from consentry.datasets.membership_file import build_membership_file, contains
from tests.benchmarks.stopwatch import LONG
from tests.testkit.builders.data_sets import data_set
from tests.testkit.builders.screenings import row, screening_with_withdrawals

DATA_SETS = 1_000 if LONG else 4
PEOPLE = 100_000
EVERY = 3
"""Ann is in every third data set."""


@dataclass
class Counted:
    """A file that counts the bytes read from it."""

    content: bytes
    read: int = 0

    def part(self, offset: int, length: int) -> bytes:
        """Read a number of bytes."""
        found = self.content[offset : offset + length]
        self.read += len(found)
        return found


def files() -> Iterator[Counted]:
    """The membership files of the data sets, one at a time: 1.6 GB together."""
    for number in range(DATA_SETS):
        others = [f"{number}x{person}" for person in range(PEOPLE - 1)]
        yield Counted(build_membership_file([*others, "ann" if number % EVERY == 0 else "nobody"]))


def row_of_the_log() -> int:
    """The bytes of a screening decision. It is read for each data set with the person."""
    screened = screening_with_withdrawals()
    screened.put([row("ann"), row("bob")])
    return len(encode_row(screened.screen()))


@pytest.mark.benchmark
def test_a_search_for_all_data_sets_of_a_person_reads_under_1_percent_of_the_bytes() -> None:
    record, row = len(data_set("a" * 26).model_dump_json()), row_of_the_log()
    read = stored = found = 0
    seconds = 0.0

    for file in files():
        began = process_time()
        held = contains(file.part, "ann")
        seconds += process_time() - began
        found, read = found + held, read + file.read + record + held * row
        stored += len(file.content) + record + row

    print(
        f"\n{DATA_SETS} data sets of {PEOPLE} people: {read:,} bytes read of {stored:,} stored "
        f"({read / stored:.3%}), {2 * DATA_SETS} ranged reads, {seconds:.3f} s of processor"
    )
    assert found == len(range(0, DATA_SETS, EVERY))
    assert read < stored / 100
