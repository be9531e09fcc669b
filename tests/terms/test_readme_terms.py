"""The README of the terms: its table and its output are what the code returns."""

import re
from pathlib import Path

import pytest

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import Ruling
from consentry.terms.truth_table_codec import midnight
from tests.testkit.command_line import run
from tests.testkit.meeting_words import DataCategory

README = (Path(__file__).parents[2] / "layers" / "terms" / "README.md").read_text("utf-8")
SECTION = README.partition("## Change terms\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| (\w+)[^|]* \| (\w+) \|$", SECTION, re.M)


def test_the_documented_diff_prints_the_documented_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (shown,) = re.findall(r"```console\n\$ consentry (.*?)\n(.*?)```", SECTION, re.DOTALL)
    command, promised = shown

    code, output, _ = run(capsys, *command.split())

    assert (code, output) == (0, promised)


def test_the_documented_dates_get_the_documented_answers(library: Library) -> None:
    policy_set = library.policy_sets["zoom-terms"]

    def answer(at: str, status: ConsentStatus) -> str:
        table = policy_set.in_force(midnight(at))
        row = (DataCategory.AUDIO, Operation.FINE_TUNE, True, ModelOwner.FIRST_PARTY, status)
        allows = table and table.entry(*row, ConsentStatus.GRANTED).ruling is Ruling.PERMIT
        return "allow" if allows else "deny"

    answered = [
        (at, answer(at, ConsentStatus.GRANTED), answer(at, ConsentStatus.NEVER_ASKED))
        for at, _, _ in ROWS
    ]

    assert len(ROWS) == 4
    assert answered == ROWS
