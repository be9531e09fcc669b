"""Who has no name never acted: a screening relies on it, and on the epochs that it read before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from consentry.domain.naming import CustomerKey
from consentry.flows.ports import KeyRing
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.names import seeded
from tests.fakes.screenings import Screened, row
from tests.fakes.tables import KEYS
from tests.fakes.worlds import ACME, World, act


@dataclass
class Watched:
    """A key ring after whose first look at names something happens."""

    real: KeyRing
    then: Callable[[], object]
    looked: bool = False

    def key_of(self, customer: str) -> CustomerKey:
        """As the ring has it."""
        return self.real.key_of(customer)

    def new_name(self) -> str:
        return self.real.new_name()

    def names_of(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """As the ring has it."""
        return self.real.names_of(customer, people)

    def known_names(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """What the ring has, which is old when it is looked at."""
        names = self.real.known_names(customer, people)
        if not self.looked:
            self.looked = True
            self.then()
        return names


def test_a_first_withdrawal_after_a_screening_looked_for_names_is_seen(
    client: FakeDynamoDB,
) -> None:
    world = World(client, seeded(client, ACME))
    world.grant()
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])
    withdraws = act("annes", "withdraw", person="ann")
    late = Watched(world.keys, lambda: world.record(withdraws))

    decision = screened.screen(keys=late)

    assert screened.output(decision, "admitted") == row("bob")
    assert screened.output(decision, "refused") == row("ann")


def test_a_screening_names_those_whom_it_admits_and_nobody_else(client: FakeDynamoDB) -> None:
    world = World(client, seeded(client, ACME))
    world.grant()
    screened = Screened(world)
    screened.put([row("ann"), row("bob", data="public_web")])

    assert screened.screen().allows
    assert set(world.keys.known_names(ACME, ["ann", "bob"])) == {"ann"}
    assert len(client.tables[KEYS].items) == 1
