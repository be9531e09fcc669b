"""Who has no name never acted: a screening relies on it, and on the epochs that it read before."""

from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.erasures import erase
from tests.fakes.names import seeded
from tests.fakes.screenings import Screened, row
from tests.fakes.tables import KEYS
from tests.fakes.watched import Watched
from tests.fakes.worlds import ACME, World, consent_event


def test_a_first_withdrawal_after_a_screening_looked_for_names_is_seen(
    client: FakeDynamoDB,
) -> None:
    deps = World(client, seeded(client, ACME))
    deps.grant()
    screened = Screened(deps)
    screened.put([row("ann"), row("bob")])
    withdraws = consent_event("annes", "withdrawal", person="ann")
    late = Watched(deps.pseudonyms, {1: lambda: deps.record(withdraws)})

    decision = screened.screen(keys=late)

    assert screened.output(decision, "admitted") == row("bob")
    assert screened.output(decision, "rejected") == row("ann")


def test_an_erasure_of_the_unheard_of_after_a_screening_looked_for_names_is_seen(
    client: FakeDynamoDB,
) -> None:
    deps = World(client, seeded(client, ACME))
    deps.grant()
    screened = Screened(deps)
    screened.put([row("ann"), row("bob")])
    late = Watched(deps.pseudonyms, {1: lambda: erase(deps, "ann")})

    decision = screened.screen(keys=late)

    assert screened.output(decision, "admitted") == row("bob")
    assert screened.output(decision, "rejected") == row("ann")


def test_a_screening_names_those_whom_it_admits_and_nobody_else(client: FakeDynamoDB) -> None:
    deps = World(client, seeded(client, ACME))
    deps.grant()
    screened = Screened(deps)
    screened.put([row("ann"), row("bob", data="public_web")])

    assert screened.screen().allows
    assert set(deps.pseudonyms.find_pseudonyms(ACME, ["ann", "bob"])) == {"ann"}
    assert len(client.tables[KEYS].items) == 1
