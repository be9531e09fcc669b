"""The README's section on terms by date: its table and its output are what the code says."""

import re
from pathlib import Path

import pytest

from consentry.domain.terms.table_codec import midnight
from consentry.domain.terms.tables import Library, Verdict
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Standing
from tests.terms.test_command import run

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = README.partition("## Terms by date\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| (\w+)[^|]* \| (\w+) \|$", SECTION, re.M)


def test_the_comparison_prints_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = re.findall(r"```console\n\$ consentry (.*?)\n(.*?)```", SECTION, re.DOTALL)
    command, promised = shown

    code, said, _ = run(capsys, *command.split())

    assert (code, said) == (0, promised)


def test_its_four_dates_are_answered_so(library: Library) -> None:
    book = library.books["zoom-terms"]

    def answer(at: str, standing: Standing) -> str:
        table = book.in_force(midnight(at))
        row = (DataCategory.AUDIO, Operation.FINE_TUNE, True, ModelOwner.FIRST_PARTY, standing)
        allows = table and table.ruling(*row, Standing.GRANTED).verdict is Verdict.PERMIT
        return "allow" if allows else "deny"

    answered = [
        (at, answer(at, Standing.GRANTED), answer(at, Standing.NEVER_ASKED)) for at, _, _ in ROWS
    ]

    assert len(ROWS) == 4
    assert answered == ROWS
