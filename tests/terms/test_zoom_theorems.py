"""Claims about every version of `zoom-terms`, each proved over every row."""

import pytest

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.policy_set import Library, PolicySet
from consentry.terms.truth_table import Ruling
from tests.testkit.meeting_words import DataCategory

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
RECORDED = {DataCategory.AUDIO, DataCategory.VIDEO, DataCategory.CHAT}


@pytest.fixture(scope="module")
def zoom(library: Library) -> PolicySet:
    return library.policy_sets["zoom-terms"]


def test_no_version_permits_training_a_third_party_model(zoom: PolicySet) -> None:
    rows = [entry for version in zoom.versions for entry in version.rows()]

    training = [
        entry.ruling
        for row, entry in rows
        if row.model_owner is ModelOwner.THIRD_PARTY and row.operation in TRAINING
    ]

    assert set(training) == {Ruling.NOT_COVERED, Ruling.FORBID}


def test_deemed_consent_permits_no_more_than_never_asked(library: Library) -> None:
    versions = [v for policy_set in library.policy_sets.values() for v in policy_set.versions]

    for version in versions:
        for row, entry in version.rows():
            if row.customer is ConsentStatus.DEEMED:
                use_request = row._replace(customer=ConsentStatus.NEVER_ASKED)
                assert entry == version.entry(*use_request)


def test_the_rulings_depend_on_the_customer_alone_and_not_on_the_service(zoom: PolicySet) -> None:
    for version in zoom.versions:
        for row, entry in version.rows():
            alike = row._replace(same_service=True, people=ConsentStatus.GRANTED)
            assert entry == version.entry(*alike)


def test_from_7_august_recordings_train_no_model_without_the_customers_consent(
    zoom: PolicySet,
) -> None:
    for version in zoom.versions[2:]:
        trained = {
            row.customer
            for row, entry in version.rows()
            if row.category in RECORDED and row.operation in TRAINING
            if entry.ruling is Ruling.PERMIT
        }
        assert trained <= {ConsentStatus.GRANTED}


def test_from_11_august_no_training_is_permitted(zoom: PolicySet) -> None:
    rows = zoom.versions[-1].rows()

    training = {entry.ruling for row, entry in rows if row.operation in TRAINING}

    assert training == {Ruling.NOT_COVERED, Ruling.FORBID}


def test_public_sources_are_never_covered(zoom: PolicySet) -> None:
    rows = [entry for version in zoom.versions for entry in version.rows()]

    rulings = {each.ruling for row, each in rows if row.category == DataCategory.PUBLIC_WEB}

    assert rulings == {Ruling.NOT_COVERED}
