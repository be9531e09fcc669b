"""Claims that hold for the terms and the guardrails of each vocabulary, proved over every row."""

from dataclasses import dataclass

import pytest

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.loader import read_library
from consentry.terms.truth_table import Ruling, TruthTable, TruthTableRow
from tests.terms.conftest import BUILT

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
GUARDRAILS = {"meetings": "house", "product-analytics": "analytics-house"}
NO_TRAINING = {
    ConsentStatus.REFUSED,
    ConsentStatus.WITHDRAWN,
    ConsentStatus.UNIDENTIFIED,
    ConsentStatus.UNREADABLE,
}


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


def test_data_of_people_who_refused_withdrew_or_are_not_named_trains_no_model(
    limited: Limited,
) -> None:
    statuses = {row.people for row in limited.allowed() if row.operation in TRAINING}

    assert statuses.isdisjoint(NO_TRAINING)


def test_guardrails_never_permit(limited: Limited) -> None:
    rulings = {entry.ruling for _, entry in limited.guardrails.rows()}

    assert rulings == {Ruling.NOT_COVERED, Ruling.FORBID}
