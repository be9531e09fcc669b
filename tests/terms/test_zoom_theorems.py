"""Claims about every version of `zoom-terms`, each proved by looking at every row there is."""

import pytest

from consentry.kernel.vocabulary import ConsentStatus, DataCategory, ModelOwner, Operation
from consentry.terms.policy_set import Library, PolicySet
from consentry.terms.truth_table import Ruling

TRAINING = {Operation.FINE_TUNE, Operation.PRETRAIN}
RECORDED = {DataCategory.AUDIO, DataCategory.VIDEO, DataCategory.CHAT}


@pytest.fixture(scope="module")
def zoom(library: Library) -> PolicySet:
    return library.policy_sets["zoom-terms"]


def test_no_version_lets_a_third_partys_model_learn(zoom: PolicySet) -> None:
    rows = [entry for version in zoom.versions for entry in version.rows()]

    learning = [
        said.ruling
        for row, said in rows
        if row.model_owner is ModelOwner.THIRD_PARTY and row.operation in TRAINING
    ]

    assert set(learning) == {Ruling.NOT_COVERED, Ruling.FORBID}


def test_deemed_acceptance_gives_no_more_than_never_having_been_asked(library: Library) -> None:
    versions = [v for policy_set in library.policy_sets.values() for v in policy_set.versions]

    for version in versions:
        for row, said in version.rows():
            if row.customer is ConsentStatus.DEEMED:
                asked = row._replace(customer=ConsentStatus.NEVER_ASKED)
                assert said == version.entry(*asked)


def test_the_terms_ask_the_customer_alone_and_for_every_service_alike(zoom: PolicySet) -> None:
    for version in zoom.versions:
        for row, said in version.rows():
            alike = row._replace(same_service=True, people=ConsentStatus.GRANTED)
            assert said == version.entry(*alike)


def test_from_7_august_nothing_trains_on_a_recording_without_the_customers_consent(
    zoom: PolicySet,
) -> None:
    for version in zoom.versions[2:]:
        trained = {
            row.customer
            for row, said in version.rows()
            if row.category in RECORDED and row.operation in TRAINING
            if said.ruling is Ruling.PERMIT
        }
        assert trained <= {ConsentStatus.GRANTED}


def test_from_11_august_nothing_trains_at_all(zoom: PolicySet) -> None:
    rows = zoom.versions[-1].rows()

    training = {said.ruling for row, said in rows if row.operation in TRAINING}

    assert training == {Ruling.NOT_COVERED, Ruling.FORBID}


def test_public_sources_are_never_spoken_of(zoom: PolicySet) -> None:
    rows = [entry for version in zoom.versions for entry in version.rows()]

    said = {each.ruling for row, each in rows if row.category is DataCategory.PUBLIC_WEB}

    assert said == {Ruling.NOT_COVERED}
