"""Claims about the terms, each proved over every row."""

from collections.abc import Iterator

import pytest

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import Ruling, TableEntry, TruthTable, TruthTableRow
from tests.testkit.meeting_words import DataCategory

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
IMPROVING = TRAINING | {Operation.EVALUATE}
RECORDED = {DataCategory.AUDIO, DataCategory.VIDEO, DataCategory.CHAT}

type Rows = list[tuple[TruthTableRow, TableEntry, TableEntry]]


@pytest.fixture(scope="module")
def rows(announced: TruthTable, house: TruthTable) -> Rows:
    paired = zip(announced.rows(), house.rows(), strict=True)
    return [(row, terms, limit) for (row, terms), (_, limit) in paired]


def allowed(rows: Rows) -> Iterator[TruthTableRow]:
    """The rows that the terms permit and the house does not forbid."""
    for row, terms, limit in rows:
        if terms.ruling is Ruling.PERMIT and limit.ruling is not Ruling.FORBID:
            yield row


def is_content(row: TruthTableRow) -> bool:
    return row.category.startswith("customer_content.")


def test_there_is_a_row_for_every_combination_and_some_are_allowed(rows: Rows) -> None:
    assert len(rows) == 16 * 4 * 2 * 3 * 9 * 9
    assert len({row for row, _, _ in rows}) == len(rows)
    assert 0 < len(list(allowed(rows))) < len(rows)


def test_no_data_trains_a_third_party_model(rows: Rows) -> None:
    trained = {row.model_owner for row in allowed(rows) if row.operation in TRAINING}

    assert trained == {ModelOwner.FIRST_PARTY, ModelOwner.CUSTOMER}


def test_audio_video_and_chat_train_only_if_the_customer_granted(rows: Rows) -> None:
    training = [row for row in allowed(rows) if row.operation in TRAINING]

    assert {row.category for row in training} >= RECORDED
    assert {row.customer for row in training if row.category in RECORDED} == {ConsentStatus.GRANTED}


def test_all_content_improves_only_if_the_customer_granted(rows: Rows) -> None:
    improving = [row for row in allowed(rows) if is_content(row) and row.operation in IMPROVING]

    assert {row.customer for row in improving} == {ConsentStatus.GRANTED}


def test_features_run_only_if_the_customer_granted(rows: Rows) -> None:
    running = [row for row in allowed(rows) if row.operation is Operation.INFER]

    assert {row.customer for row in running} == {ConsentStatus.GRANTED}


def test_content_of_one_service_never_improves_another(rows: Rows) -> None:
    improving = [row for row in allowed(rows) if is_content(row) and row.operation in IMPROVING]

    assert {row.same_service for row in improving} == {True}


def test_public_web_is_denied_with_its_own_reason(rows: Rows) -> None:
    public = [terms for row, terms, _ in rows if row.category == DataCategory.PUBLIC_WEB]

    assert {terms.ruling for terms in public} == {Ruling.FORBID}
    assert all("announced.public-web" in terms.rules for terms in public)


def test_data_of_people_who_refused_withdrew_or_are_unknown_trains_no_model(rows: Rows) -> None:
    training = [row for row in allowed(rows) if row.operation in TRAINING]

    denied = {
        ConsentStatus.REFUSED,
        ConsentStatus.WITHDRAWN,
        ConsentStatus.UNIDENTIFIED,
        ConsentStatus.UNREADABLE,
    }
    assert {row.people for row in training} == set(ConsentStatus) - denied


def test_derived_content_trains_only_if_the_customer_granted(
    house: TruthTable,
) -> None:
    derived = [
        row
        for row, entry in house.rows()
        if is_content(row) and row.category not in RECORDED
        if row.operation in TRAINING and entry.ruling is not Ruling.FORBID
    ]

    assert {row.customer for row in derived} == {ConsentStatus.GRANTED}


def test_the_house_never_permits(house: TruthTable) -> None:
    assert {entry.ruling for _, entry in house.rows()} == {Ruling.NOT_COVERED, Ruling.FORBID}


def test_service_data_trains_first_party_and_customer_models_with_any_status(rows: Rows) -> None:
    use_request = [
        (row, terms)
        for row, terms, _ in rows
        if row.category.startswith("service_generated.") and row.operation in IMPROVING
    ]
    ours = {
        terms.ruling for row, terms in use_request if row.model_owner is not ModelOwner.THIRD_PARTY
    }

    assert ours == {Ruling.PERMIT}


def test_every_ruling_except_not_covered_names_its_rules(any_library: Library) -> None:
    for policy_set in any_library.policy_sets.values():
        for version in policy_set.versions:
            for entry in version.entries:
                permits_or_forbids = {version.rules[rule].effect for rule in entry.rules}
                expected = set() if entry.ruling is Ruling.NOT_COVERED else {entry.ruling.value}

                assert permits_or_forbids == expected
