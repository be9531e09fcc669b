"""New terms do not reach back: the stricter of the versions at collection and now decides."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest

from consentry.decisions.evaluation import Outcome, evaluate
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import Library, PolicySet
from consentry.terms.truth_table import Ruling, TruthTable, TruthTableRow
from consentry.terms.truth_table_codec import midnight
from tests.testkit.meeting_words import DataCategory, Service

DATES = ("2022-09-20", "2023-04-15", "2023-08-01", "2023-08-08", "2023-09-01")
"""A day in each of the five intervals."""
PAIRS = [
    pytest.param(*pair, id=" to ".join(pair)) for pair in combinations_with_replacement(DATES, 2)
]
SERVICE = Service.GENERAL


@pytest.fixture(scope="module")
def zoom(library: Library) -> PolicySet:
    return library.policy_sets["zoom-terms"]


def facts(data: DataCategory, operation: Operation, owner: ModelOwner, at: datetime) -> Facts:
    return Facts((data,), operation, SERVICE, owner, at, SERVICE)


def ruling_in_force(policy_set: PolicySet, at: datetime, row: TruthTableRow) -> Ruling:
    """The ruling of the version in force at a time; not covered if there is none."""
    table = policy_set.in_force(at)
    return table.entry(*row).ruling if table else Ruling.NOT_COVERED


@pytest.mark.parametrize(
    "covers_collected", [False, True], ids=["without covers_collected", "with covers_collected"]
)
@pytest.mark.parametrize(("collected", "now"), PAIRS)
def test_every_use_gets_the_stricter_of_two_versions_each_with_its_own_status(
    collected: str, now: str, covers_collected: bool, zoom: PolicySet
) -> None:
    then, at, policy_sets = midnight(collected), midnight(now), AssignedPolicies(zoom)

    wrong = []
    for kind in product(DataCategory, Operation, ModelOwner, ConsentStatus):
        data, operation, owner, status = kind
        if status is ConsentStatus.UNREADABLE:
            continue  # Denied, whatever the terms say.
        row = TruthTableRow(data, operation, True, owner, status, ConsentStatus.GRANTED)
        uncovered = not covers_collected and status in (ConsentStatus.GRANTED, ConsentStatus.DEEMED)
        row_then = row._replace(customer=ConsentStatus.NEVER_ASKED if uncovered else status)
        customer = PartyStatus(
            "customer", None, 1, {data: status}, (data,) if covers_collected else ()
        )
        evaluation = evaluate(
            facts(data, operation, owner, then), Evidence(customer), policy_sets, at=at
        )
        rulings = [ruling_in_force(zoom, at, row), ruling_in_force(zoom, then, row_then)]
        if evaluation.reasons[0].ruling != max(rulings, key=lambda each: each.strictness):
            wrong.append(kind)

    assert wrong == []


DECIDED_NEXT = [
    ("2023-08-01", "2023-08-08", ConsentStatus.NEVER_ASKED, "2023-08-07", "forbid"),
    ("2023-08-01", "2023-08-08", ConsentStatus.GRANTED, "2023-08-07", "permit"),
    ("2023-08-08", "2023-09-01", ConsentStatus.GRANTED, "2023-08-11", "forbid"),
    ("2022-09-20", "2023-04-15", ConsentStatus.GRANTED, "-", "not_covered"),
]


@pytest.mark.parametrize(("collected", "now", "status", "version", "ruling"), DECIDED_NEXT)
def test_audio_collected_under_one_version_is_decided_under_the_next(
    collected: str, now: str, status: ConsentStatus, version: str, ruling: str, zoom: PolicySet
) -> None:
    data = DataCategory.AUDIO
    use_request = facts(data, Operation.FINE_TUNE, ModelOwner.FIRST_PARTY, midnight(collected))
    evidence = Evidence(PartyStatus("customer", None, 1, {data: status}, (data,)))

    (reason,) = evaluate(use_request, evidence, AssignedPolicies(zoom), at=midnight(now)).reasons

    assert (reason.version, reason.ruling) == (version, ruling)


def test_milder_terms_do_not_reach_back(library: Library, zoom: PolicySet) -> None:
    strict, mild = zoom.versions[-1], zoom.versions[0]
    start, turn = midnight("2023-01-01"), midnight("2024-01-01")
    versions = tuple(_dated(table, at) for table, at in ((strict, start), (mild, turn)))
    policy_set = PolicySet("zoom-terms", "terms", versions)
    evidence = Evidence(_granted(DataCategory.AUDIO))
    day = timedelta(days=1)

    def outcome(collected: datetime) -> Outcome:
        use_request = facts(
            DataCategory.AUDIO, Operation.FINE_TUNE, ModelOwner.FIRST_PARTY, collected
        )
        return evaluate(
            use_request, evidence, AssignedPolicies(policy_set), at=turn + 9 * day
        ).outcome

    assert outcome(turn - day) is Outcome.DENY
    assert outcome(turn) is Outcome.ALLOW


def _granted(leaf: DataCategory) -> PartyStatus:
    return PartyStatus("c", None, 1, {leaf: ConsentStatus.GRANTED}, (leaf,))


def _dated(table: TruthTable, at: datetime) -> TruthTable:
    return replace(table, in_force_from=at)
