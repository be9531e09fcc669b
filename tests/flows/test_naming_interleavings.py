"""People named for the first time by several at once: one name each, and withdrawals hold as ever."""

from collections.abc import Iterable, Mapping

import pytest

from consentry.aws.key_table import KeyTable, name_key
from consentry.domain.consent.acts import ConsentAct
from tests.fakes.actors import Work
from tests.fakes.history import Operation
from tests.fakes.interleaving import Explorer, Violation
from tests.fakes.names import seeded
from tests.fakes.situations import Scenario
from tests.fakes.tables import KEYS
from tests.fakes.worlds import ACME, NOW, SECOND, World, act, asked
from tests.flows.scenarios import FIRST

FAULTS = 2


def deciding(request_id: str, seed: str, keys: type[KeyTable] = KeyTable) -> Work:
    return Work(
        Operation("decide", request_id),
        lambda client, attempt, tell: tell(
            World(client, seeded(client, ACME, f"{seed} {attempt}", keys)).decide(
                asked(request_id), at=NOW + attempt * SECOND
            )
        ),
    )


def acting(what: ConsentAct, seed: str) -> Work:
    return Work(
        Operation(str(what.kind), what.act_id, what.person or "customer"),
        lambda client, attempt, tell: tell(
            World(client, seeded(client, ACME, f"{seed} {attempt}")).record(
                what, at=NOW + attempt * SECOND
            )
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
