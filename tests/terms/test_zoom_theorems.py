"""Claims about every version of `zoom-terms`, each proved by looking at every row there is."""

import pytest

from consentry.domain.terms.tables import Book, Library, Verdict
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Standing

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
RECORDED = {DataCategory.AUDIO, DataCategory.VIDEO, DataCategory.CHAT}


@pytest.fixture(scope="module")
def zoom(library: Library) -> Book:
    return library.books["zoom-terms"]


def test_no_version_lets_a_third_partys_model_learn(zoom: Book) -> None:
    rows = [entry for version in zoom.versions for entry in version.rows()]

    learning = [
        said.verdict
        for row, said in rows
        if row.model_owner is ModelOwner.THIRD_PARTY and row.operation in TRAINING
    ]

    assert set(learning) == {Verdict.SILENT, Verdict.FORBID}


def test_deemed_acceptance_gives_no_more_than_never_having_been_asked(library: Library) -> None:
    versions = [v for book in library.books.values() for v in book.versions]

    for version in versions:
        for row, said in version.rows():
            if row.customer is Standing.DEEMED:
                asked = row._replace(customer=Standing.NEVER_ASKED)
                assert said == version.ruling(*asked)


def test_the_terms_ask_the_customer_alone_and_for_every_service_alike(zoom: Book) -> None:
    for version in zoom.versions:
        for row, said in version.rows():
            alike = row._replace(same_service=True, people=Standing.GRANTED)
            assert said == version.ruling(*alike)


def test_from_7_august_nothing_trains_on_a_recording_without_the_customers_consent(
    zoom: Book,
) -> None:
    for version in zoom.versions[2:]:
        trained = {
            row.customer
            for row, said in version.rows()
            if row.category in RECORDED and row.operation in TRAINING
            if said.verdict is Verdict.PERMIT
        }
        assert trained <= {Standing.GRANTED}


def test_from_11_august_nothing_trains_at_all(zoom: Book) -> None:
    rows = zoom.versions[-1].rows()

    training = {said.verdict for row, said in rows if row.operation in TRAINING}

    assert training == {Verdict.SILENT, Verdict.FORBID}


def test_public_sources_are_never_spoken_of(zoom: Book) -> None:
    rows = [entry for version in zoom.versions for entry in version.rows()]

    said = {each.verdict for row, each in rows if row.category is DataCategory.PUBLIC_WEB}

    assert said == {Verdict.SILENT}
