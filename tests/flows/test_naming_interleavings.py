"""People named for the first time by several at once: one name each, and withdrawals hold as ever."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from consentry.aws.key_table import KeyTable, name_key
from consentry.domain.acts import ConsentAct
from consentry.domain.naming import CustomerKey
from consentry.flows.ports import KeyRing
from tests.fakes.actors import Work
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.history import Operation
from tests.fakes.interleaving import Explorer, Violation
from tests.fakes.screenings import Screened, row
from tests.fakes.situations import Scenario
from tests.fakes.tables import KEYS
from tests.fakes.worlds import NOW, SECOND, World, act, asked, naming
from tests.flows.scenarios import FIRST

FAULTS = 2


def over(keys: type[KeyTable], client: Any, seed: str) -> World:
    """The world over this kind of key table."""
    world = naming(client, seed)
    assert isinstance(world.keys, KeyTable)
    real = world.keys
    world.keys = keys(real.table, real.client, real.pause, real.draw, real.known)
    return world


def deciding(request_id: str, seed: str, keys: type[KeyTable] = KeyTable) -> Work:
    return Work(
        Operation("decide", request_id),
        lambda client, attempt, tell: tell(
            over(keys, client, f"{seed} {attempt}").decide(
                asked(request_id), at=NOW + attempt * SECOND
            )
        ),
    )


def acting(what: ConsentAct, seed: str) -> Work:
    return Work(
        Operation(str(what.kind), what.act_id, what.person or "customer"),
        lambda client, attempt, tell: tell(
            naming(client, f"{seed} {attempt}").record(what, at=NOW + attempt * SECOND)
        ),
    )


def scenarios(keys: type[KeyTable] = KeyTable) -> dict[str, Scenario]:
    """Nobody has named Ann yet; at the end she withdraws, and is asked about once more.

    `keys` is what the requests name her by.
    """
    withdraws = act("annes", "withdraw", person="ann")
    again = deciding("r-1", "again", keys)
    end = (acting(withdraws, "end"), again, deciding("r-3", "new", keys))
    return {
        "two requests name her at once": Scenario(
            *FIRST, ((deciding("r-1", "one", keys),), (deciding("r-2", "two", keys),)), end
        ),
        "a request names her while she withdraws": Scenario(
            *FIRST, ((deciding("r-1", "one", keys),), (acting(withdraws, "two"),)), end
        ),
        "a request delivered twice at once names her": Scenario(
            *FIRST, ((deciding("r-1", "one", keys),), (deciding("r-1", "two", keys),)), end
        ),
    }


@pytest.mark.parametrize("story", scenarios())
def test_no_schedule_gives_two_names_or_breaks_a_promise(story: str) -> None:
    explorer = Explorer(scenarios()[story], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules, {len(explorer.judged):,} situations")
    assert count > len(explorer.judged) > 100


class LastPutWins(KeyTable):
    """A twin: names are put without looking who put one meanwhile."""

    def names_of(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The names there are; the rest made up and put."""
        people = tuple(people)
        names = dict(self.known_names(customer, people))
        for person in people:
            if person not in names:
                names[person] = self.new_name()
                named = {"name": {"S": names[person]}}
                item = {**name_key(self.key_of(customer), person), **named}
                self.client().put_item(TableName=KEYS, Item=item)
        return names


def test_a_vulnerable_twin_is_caught() -> None:
    found = next(filter(None, map(counterexample, scenarios(LastPutWins).values())), None)

    assert found is not None
    print(f"LastPutWins: {found}")


def counterexample(scenario: Scenario) -> Violation | None:
    try:
        Explorer(scenario, 0).schedules()
    except Violation as violation:
        return violation
    return None


@dataclass
class Watched:
    """A key ring after whose first look at names something happens."""

    real: KeyRing
    then: Callable[[], object]
    looked: bool = False

    def key_of(self, customer: str) -> CustomerKey:
        """As the ring has it."""
        return self.real.key_of(customer)

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
    world = naming(client)
    world.grant()
    screened = Screened(world)
    screened.put([row("ann"), row("bob")])
    withdraws = act("annes", "withdraw", person="ann")
    late = Watched(world.keys, lambda: world.record(withdraws))

    decision = screened.screen(keys=late)

    assert screened.output(decision, "admitted") == row("bob")
    assert screened.output(decision, "refused") == row("ann")
