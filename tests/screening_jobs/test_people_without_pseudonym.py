"""A person without a pseudonym has no consent events: a screening relies on it, and on its epochs."""

import pytest

from tests.testkit.builders.dependencies import ACME, FakeDependencies, consent_event
from tests.testkit.builders.erasures import erase
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import KEYS
from tests.testkit.fakes.hooked_pseudonym_repository import HookedPseudonymRepository
from tests.testkit.fakes.pseudonym_repository import seeded


@pytest.mark.promise(2)
def test_a_first_withdrawal_after_the_pseudonym_lookup_is_respected(
    client: FakeDynamoDB,
) -> None:
    deps = FakeDependencies(client, seeded(client, ACME))
    deps.grant()
    screened = ScreeningDriver(deps)
    screened.put([row("ann"), row("bob")])
    withdraws = consent_event("annes", "withdrawal", person="ann")
    late = HookedPseudonymRepository(deps.pseudonyms, {1: lambda: deps.record(withdraws)})

    decision = screened.screen(keys=late)

    assert screened.output(decision, "admitted") == row("bob")
    assert screened.output(decision, "rejected") == row("ann")


def test_an_erasure_of_an_unknown_person_after_the_lookup_is_respected(
    client: FakeDynamoDB,
) -> None:
    deps = FakeDependencies(client, seeded(client, ACME))
    deps.grant()
    screened = ScreeningDriver(deps)
    screened.put([row("ann"), row("bob")])
    late = HookedPseudonymRepository(deps.pseudonyms, {1: lambda: erase(deps, "ann")})

    decision = screened.screen(keys=late)

    assert screened.output(decision, "admitted") == row("bob")
    assert screened.output(decision, "rejected") == row("ann")


def test_a_screening_creates_pseudonyms_only_for_admitted_people(client: FakeDynamoDB) -> None:
    deps = FakeDependencies(client, seeded(client, ACME))
    deps.grant()
    screened = ScreeningDriver(deps)
    screened.put([row("ann"), row("bob", data="public_web")])

    assert screened.screen().allows
    assert set(deps.pseudonyms.find_pseudonyms(ACME, ["ann", "bob"])) == {"ann"}
    assert len(client.tables[KEYS].items) == 1
