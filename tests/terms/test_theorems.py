"""Claims about the terms, each proved by looking at every row there is."""

from collections.abc import Iterator

import pytest

from consentry.domain.terms.tables import Library, Row, Ruling, TermsTable, Verdict
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Standing

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
IMPROVING = TRAINING | {Operation.EVALUATE}
RECORDED = {DataCategory.AUDIO, DataCategory.VIDEO, DataCategory.CHAT}

type Rows = list[tuple[Row, Ruling, Ruling]]


@pytest.fixture(scope="module")
def rows(announced: TermsTable, house: TermsTable) -> Rows:
    paired = zip(announced.rows(), house.rows(), strict=True)
    return [(row, terms, limit) for (row, terms), (_, limit) in paired]


def allowed(rows: Rows) -> Iterator[Row]:
    """The rows that the terms permit and the house does not forbid."""
    for row, terms, limit in rows:
        if terms.verdict is Verdict.PERMIT and limit.verdict is not Verdict.FORBID:
            yield row


def is_content(row: Row) -> bool:
    return row.category.startswith("customer_content.")


def test_there_is_a_row_for_every_combination_and_some_are_allowed(rows: Rows) -> None:
    assert len(rows) == 16 * 4 * 2 * 3 * 8 * 8
    assert len({row for row, _, _ in rows}) == len(rows)
    assert 0 < len(list(allowed(rows))) < len(rows)


def test_no_third_partys_model_trains(rows: Rows) -> None:
    trained = {row.model_owner for row in allowed(rows) if row.operation in TRAINING}

    assert trained == {ModelOwner.FIRST_PARTY, ModelOwner.CUSTOMER}


def test_audio_video_and_chat_train_only_where_the_customer_granted(rows: Rows) -> None:
    training = [row for row in allowed(rows) if row.operation in TRAINING]

    assert {row.category for row in training} >= RECORDED
    assert {row.customer for row in training if row.category in RECORDED} == {Standing.GRANTED}


def test_all_content_improves_only_where_the_customer_granted(rows: Rows) -> None:
    improving = [row for row in allowed(rows) if is_content(row) and row.operation in IMPROVING]

    assert {row.customer for row in improving} == {Standing.GRANTED}


def test_features_run_only_where_the_customer_granted(rows: Rows) -> None:
    running = [row for row in allowed(rows) if row.operation is Operation.INFER]

    assert {row.customer for row in running} == {Standing.GRANTED}


def test_content_shared_for_one_service_never_improves_another(rows: Rows) -> None:
    improving = [row for row in allowed(rows) if is_content(row) and row.operation in IMPROVING]

    assert {row.same_service for row in improving} == {True}


def test_public_web_is_denied_with_its_own_reason(rows: Rows) -> None:
    public = [terms for row, terms, _ in rows if row.category is DataCategory.PUBLIC_WEB]

    assert {terms.verdict for terms in public} == {Verdict.FORBID}
    assert all("announced.public-web" in terms.rules for terms in public)


def test_nobody_who_refused_or_withdrew_is_trained_on(rows: Rows) -> None:
    training = [row for row in allowed(rows) if row.operation in TRAINING]

    barred = {Standing.REFUSED, Standing.WITHDRAWN, Standing.UNKNOWN}
    assert {row.people for row in training} == set(Standing) - barred


def test_what_derives_from_content_trains_only_where_the_customer_granted(
    house: TermsTable,
) -> None:
    derived = [
        row
        for row, ruling in house.rows()
        if is_content(row) and row.category not in RECORDED
        if row.operation in TRAINING and ruling.verdict is not Verdict.FORBID
    ]

    assert {row.customer for row in derived} == {Standing.GRANTED}


def test_the_house_never_permits(house: TermsTable) -> None:
    assert {ruling.verdict for _, ruling in house.rows()} == {Verdict.SILENT, Verdict.FORBID}


def test_the_house_leaves_features_alone(house: TermsTable) -> None:
    running = [ruling for row, ruling in house.rows() if row.operation is Operation.INFER]

    assert {ruling.verdict for ruling in running} == {Verdict.SILENT}


def test_service_data_trains_our_models_whatever_the_customer_says(rows: Rows) -> None:
    asked = [
        (row, terms)
        for row, terms, _ in rows
        if row.category.startswith("service_generated.") and row.operation in IMPROVING
    ]
    ours = {terms.verdict for row, terms in asked if row.model_owner is not ModelOwner.THIRD_PARTY}

    assert ours == {Verdict.PERMIT}


def test_a_verdict_but_silence_names_its_rules(library: Library) -> None:
    for book in library.books.values():
        for version in book.versions:
            for ruling in version.rulings:
                effects = {version.rules[rule].effect for rule in ruling.rules}
                expected = set() if ruling.verdict is Verdict.SILENT else {ruling.verdict.value}

                assert effects == expected
