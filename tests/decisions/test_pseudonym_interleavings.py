"""People named for the first time by several at once: one name each, and withdrawals hold as ever."""

from collections.abc import Iterable, Mapping

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository, pseudonym_key
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    asked,
    consent_event,
)
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.interleaving.actors import Work
from tests.testkit.interleaving.decision_scenarios import FIRST
from tests.testkit.interleaving.explorer import Explorer, Violation
from tests.testkit.interleaving.linearizability import Operation
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 2 if CAMPAIGN else 1


def decision_work(
    request_id: str,
    seed: str,
    keys: type[DynamoDBPseudonymRepository] = DynamoDBPseudonymRepository,
) -> Work:
    return Work(
        Operation("decide", request_id),
        lambda client, attempt, report: report(
            FakeDependencies(client, seeded(client, ACME, f"{seed} {attempt}", keys)).decide(
                asked(request_id), at=NOW + attempt * SECOND
            )
        ),
    )


def consent_event_work(what: ConsentEvent, seed: str) -> Work:
    return Work(
        Operation(str(what.kind), what.consent_event_id, what.person or "customer"),
        lambda client, attempt, report: report(
            FakeDependencies(client, seeded(client, ACME, f"{seed} {attempt}")).record(
                what, at=NOW + attempt * SECOND
            )
        ),
    )


def scenarios(
    keys: type[DynamoDBPseudonymRepository] = DynamoDBPseudonymRepository,
) -> dict[str, Scenario]:
    """Nobody has named Ann yet; at the end she withdraws, and is asked about once more.

    `keys` is what the requests name her by.
    """
    withdraws = consent_event("annes", "withdrawal", person="ann")
    again = decision_work("r-1", "again", keys)
    end = (consent_event_work(withdraws, "end"), again, decision_work("r-3", "new", keys))
    return {
        "two requests name her at once": Scenario(
            *FIRST,
            ((decision_work("r-1", "one", keys),), (decision_work("r-2", "two", keys),)),
            end,
        ),
        "a request names her while she withdraws": Scenario(
            *FIRST,
            ((decision_work("r-1", "one", keys),), (consent_event_work(withdraws, "two"),)),
            end,
        ),
        "a request delivered twice at once names her": Scenario(
            *FIRST,
            ((decision_work("r-1", "one", keys),), (decision_work("r-1", "two", keys),)),
            end,
        ),
    }


@pytest.mark.promise(2)
@pytest.mark.parametrize("story", scenarios())
def test_no_interleaving_creates_two_pseudonyms_or_breaks_a_guarantee(story: str) -> None:
    explorer = Explorer(scenarios()[story], FAULTS)

    count = explorer.schedules()

    print(f"{count:,} schedules, {len(explorer.visited):,} situations")
    assert count > len(explorer.visited) > 100


class LastPutWins(DynamoDBPseudonymRepository):
    """A twin: names are put without looking who put one meanwhile."""

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The names there are; the rest made up and put."""
        people = tuple(people)
        names = dict(self.find_pseudonyms(customer, people))
        for person in people:
            if person not in names:
                names[person] = self.new_pseudonym()
                key = pseudonym_key(self.key_of(customer), person)
                self.table.put(key, {"pseudonym": names[person]})
        return names


def test_known_bad_pseudonym_variants_are_caught() -> None:
    found = next(filter(None, map(counterexample, scenarios(LastPutWins).values())), None)

    assert found is not None
    print(f"LastPutWins: {found}")


def counterexample(scenario: Scenario) -> Violation | None:
    try:
        Explorer(scenario, 0).schedules()
    except Violation as violation:
        return violation
    return None
