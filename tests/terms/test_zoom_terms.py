"""The terms `zoom-terms`: the rulings of the published terms, by date and row."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from consentry.decisions.evaluation import Evaluation, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import Library, PolicySet
from consentry.terms.truth_table import Ruling, TableEntry, TruthTableRow
from consentry.terms.truth_table_codec import midnight
from tests.testkit.meeting_words import LEAVES_UNDER, DataCategory, Role, Service

CASES = Path(__file__).parent / "cases"
TABLE: list[dict[str, Any]] = json.loads((CASES / "zoom-terms.json").read_text())
BY_DATE: list[Any] = json.loads((CASES / "zoom-terms-by-date.json").read_text())
VECTORS = [
    pytest.param(*words, at, answers, id=f"{name}, {at}")
    for name, *words, dated in BY_DATE
    for at, answers in dated.items()
]
PERMITTED = {
    "never": set(),
    "if the customer granted": {ConsentStatus.GRANTED},
    "any status": set(ConsentStatus),
}

type Kind = tuple[str, DataCategory, Operation, ModelOwner]


@pytest.fixture(scope="module")
def zoom(library: Library) -> PolicySet:
    return library.policy_sets["zoom-terms"]


def kinds(entry: dict[str, Any]) -> Iterator[Kind]:
    """Each date, leaf, operation and owner that an entry of the golden table speaks of."""
    leaves = [leaf for node in entry["data"] for leaf in LEAVES_UNDER[node]]
    operations = map(Operation, entry["operations"])
    return product(entry["at"], leaves, operations, map(ModelOwner, entry["owners"]))


def test_the_golden_table_has_every_use_once_on_each_of_its_dates() -> None:
    counts = Counter(kind for entry in TABLE for kind in kinds(entry))

    dates = {at for entry in TABLE for at in entry["at"]}
    assert set(counts) == set(product(dates, DataCategory, Operation, ModelOwner))
    assert set(counts.values()) == {1}


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry["about"])
def test_every_row_matches_the_golden_table(entry: dict[str, Any], zoom: PolicySet) -> None:
    permitted = PERMITTED[entry["permitted"]]

    wrong = [
        (at, row, found.ruling)
        for at, data, operation, owner in kinds(entry)
        for row, found in entries(zoom, at, data, operation, owner)
        if found.ruling != ("permit" if row.customer in permitted else entry["otherwise"])
    ]

    assert wrong == []


def entries(
    policy_set: PolicySet, at: str, data: DataCategory, operation: Operation, owner: ModelOwner
) -> Iterator[tuple[TruthTableRow, TableEntry]]:
    """The entries of the version in force on a date, for all statuses and both services."""
    table = policy_set.in_force(midnight(at) + timedelta(hours=12))
    for same, customer, people in product((False, True), ConsentStatus, ConsentStatus):
        row = TruthTableRow(data, operation, same, owner, customer, people)
        yield row, table.entry(*row) if table else TableEntry(Ruling.NOT_COVERED, ())


@pytest.mark.parametrize(("data", "operation", "owner", "at", "answers"), VECTORS)
def test_the_same_request_at_different_dates(
    data: str, operation: str, owner: str, at: str, answers: dict[str, str], library: Library
) -> None:
    use_request = Facts(
        (DataCategory(data),),
        Operation(operation),
        Service.GENERAL,
        ModelOwner(owner),
        midnight(at),
        Service.GENERAL,
    )
    zoom, house = library.policy_sets["zoom-terms"], library.policy_sets["house"]

    rulings = {
        word: decide(use_request, ConsentStatus(word), AssignedPolicies(zoom)).reasons[0].ruling
        for word in ("granted", "never_asked")
    }
    with_house = decide(use_request, ConsentStatus.NEVER_ASKED, AssignedPolicies(zoom, (house,)))

    assert rulings | {"house": with_house.outcome} == answers


def decide(
    use_request: Facts, customer: ConsentStatus, policy_sets: AssignedPolicies
) -> Evaluation:
    """The decision on the day of collection; one speaker has no consent event."""
    (leaf,) = use_request.data
    speaker = PartyStatus("s", Role.SPEAKER, 0, {leaf: ConsentStatus.NEVER_ASKED})
    evidence = Evidence(PartyStatus("customer", None, 1, {leaf: customer}, (leaf,)), (speaker,))
    return evaluate(use_request, evidence, policy_sets, at=use_request.collected_at)


def test_a_whiteboard_is_denied_by_the_house_and_not_by_the_terms(library: Library) -> None:
    leaf, service = DataCategory.WHITEBOARD, Service.GENERAL
    at = midnight("2023-08-08")
    use_request = Facts((leaf,), Operation.FINE_TUNE, service, ModelOwner.FIRST_PARTY, at, service)
    policy_sets = AssignedPolicies(
        library.policy_sets["zoom-terms"], (library.policy_sets["house"],)
    )

    reasons = decide(use_request, ConsentStatus.NEVER_ASKED, policy_sets).reasons

    assert [(each.policy_set_id, each.ruling) for each in reasons] == [
        ("house", "forbid"),
        ("zoom-terms", "permit"),
    ]
    assert reasons[0].rules == ("house.derived-keeps-its-class",)
