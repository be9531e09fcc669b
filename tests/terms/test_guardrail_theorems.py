"""Claims that hold for the terms and the guardrails of each vocabulary, proved over every row."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.loader import read_library
from consentry.terms.truth_table import Ruling, TruthTable, TruthTableRow
from tests.terms.conftest import BUILT

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
GUARDRAILS = {"meetings": "house", "product-analytics": "analytics-house"}
GRANTED = ConsentStatus.GRANTED
README = Path(__file__).parents[2] / "layers" / "terms" / "README.md"
STOPS_EVERYTHING = {ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN, ConsentStatus.UNREADABLE}
IMPROVING = TRAINING | {Operation.EVALUATE}


@dataclass(frozen=True)
class Limited:
    """A version of terms with the guardrails of its vocabulary."""

    terms: TruthTable
    guardrails: TruthTable

    def allowed(self) -> list[TruthTableRow]:
        """The rows that the terms permit and the guardrails do not forbid."""
        paired = zip(self.terms.rows(), self.guardrails.rows(), strict=True)
        return [
            row
            for (row, terms), (_, guardrails) in paired
            if terms.ruling is Ruling.PERMIT and guardrails.ruling is not Ruling.FORBID
        ]


def _versions() -> list[Limited]:
    return [
        Limited(version, library.policy_sets[guardrails].versions[-1])
        for vocabulary, guardrails in GUARDRAILS.items()
        for library in [read_library(BUILT, vocabulary)]
        for policy_set in library.policy_sets.values()
        if policy_set.kind == "terms"
        for version in policy_set.versions
    ]


@pytest.fixture(
    scope="module",
    params=_versions(),
    ids=lambda each: f"{each.terms.policy_set}@{each.terms.version}",
)
def limited(request: pytest.FixtureRequest) -> Limited:
    each: Limited = request.param
    return each


def test_some_rows_are_allowed_and_some_are_not(limited: Limited) -> None:
    assert 0 < len(limited.allowed()) < limited.terms.axes.row_count


def test_no_data_trains_a_third_party_model(limited: Limited) -> None:
    owners = {row.model_owner for row in limited.allowed() if row.operation in TRAINING}

    assert ModelOwner.THIRD_PARTY not in owners


def test_a_persons_refusal_or_withdrawal_stops_every_operation_for_every_model_owner(
    limited: Limited,
) -> None:
    statuses = {row.people for row in limited.allowed()}

    assert statuses.isdisjoint(STOPS_EVERYTHING)


def test_data_of_people_who_are_not_named_evaluates_and_trains_no_model(limited: Limited) -> None:
    statuses = {row.people for row in limited.allowed() if row.operation in IMPROVING}

    assert ConsentStatus.UNIDENTIFIED not in statuses


def test_a_feature_may_run_on_data_of_people_who_are_not_named(limited: Limited) -> None:
    running = {
        entry.ruling
        for row, entry in limited.guardrails.rows()
        if row.operation is Operation.INFER and row.people is ConsentStatus.UNIDENTIFIED
        if row.customer is not ConsentStatus.UNREADABLE
    }

    assert running == {Ruling.NOT_COVERED}


def test_a_consent_that_could_not_be_read_stops_everything(limited: Limited) -> None:
    allowed = limited.allowed()

    assert ConsentStatus.UNREADABLE not in {row.customer for row in allowed}
    assert ConsentStatus.UNREADABLE not in {row.people for row in allowed}


def test_guardrails_never_permit(limited: Limited) -> None:
    rulings = {entry.ruling for _, entry in limited.guardrails.rows()}

    assert rulings == {Ruling.NOT_COVERED, Ruling.FORBID}


TABLE_ROW = re.compile(r"^\| (`[^|]+`) \| ([a-z ]+) \| ([a-z ]+) \| ([a-z ]+) \|$", re.M)


def test_the_documented_effect_of_a_persons_status_is_that_of_the_truth_table() -> None:
    section = README.read_text("utf-8").partition("## What a person's status stops")[2]
    documented = {
        ConsentStatus(status.strip("`")): (infer, evaluate, train)
        for statuses, infer, evaluate, train in TABLE_ROW.findall(section.partition("\n## ")[0])
        for status in statuses.split(", ")
    }
    house = read_library(BUILT, "meetings").policy_sets["house"].versions[-1]

    def effect(people: ConsentStatus, *operations: Operation) -> str:
        rulings = {
            house.entry(leaf, operation, True, ModelOwner.CUSTOMER, GRANTED, people).ruling
            for leaf in house.axes.vocabulary.leaves
            for operation in operations
        }
        (ruling,) = rulings
        return {Ruling.FORBID: "denied", Ruling.NOT_COVERED: "the terms decide"}[ruling]

    assert documented == {
        people: (
            effect(people, Operation.INFER),
            effect(people, Operation.EVALUATE),
            effect(people, *TRAINING),
        )
        for people in ConsentStatus
    }
