"""Concurrent requests that name a person for the first time create one pseudonym, and withdrawals hold."""

from collections.abc import Iterable, Mapping

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository, pseudonym_key
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.interleaving.actors import Work
from tests.testkit.interleaving.decision_scenarios import (
    FIRST,
    GRANTED,
    REGRANT,
    WITHDRAWN,
    granted,
)
from tests.testkit.interleaving.erasure_scenarios import erasure_work
from tests.testkit.interleaving.explorer import Explorer, find_violation
from tests.testkit.interleaving.linearizability import Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

FAULTS = 2 if CAMPAIGN else 1

type PseudonymRepositoryType = type[DynamoDBPseudonymRepository]


def decision_work(
    request_id: str,
    seed: str,
    repository: PseudonymRepositoryType = DynamoDBPseudonymRepository,
) -> Work:
    return Work(
        Operation("decide", request_id),
        lambda client, attempt, report: report(
            FakeDependencies(client, seeded(client, ACME, f"{seed} {attempt}", repository)).decide(
                use_request(request_id), at=NOW + attempt * SECOND
            )
        ),
    )


def consent_event_work(event: ConsentEvent, seed: str) -> Work:
    return Work(
        Operation(str(event.kind), event.consent_event_id, event.person or "customer"),
        lambda client, attempt, report: report(
            FakeDependencies(client, seeded(client, ACME, f"{seed} {attempt}")).record(
                event, at=NOW + attempt * SECOND
            )
        ),
    )


def scenarios(
    repository: PseudonymRepositoryType = DynamoDBPseudonymRepository,
) -> dict[str, Scenario]:
    """No request has named Ann yet. At the end she withdraws, and two requests name her again.

    `repository` is the pseudonym repository of the requests.
    """
    withdrawal = consent_event("annes", "withdrawal", person="ann")
    again = decision_work("r-1", "again", repository)
    end = (consent_event_work(withdrawal, "end"), again, decision_work("r-3", "new", repository))
    first = (decision_work("r-1", "one", repository),)
    return {
        "two requests name her at once": Scenario(
            *FIRST, (first, (decision_work("r-2", "two", repository),)), end
        ),
        "a request names her while she withdraws": Scenario(
            *FIRST, (first, (consent_event_work(withdrawal, "two"),)), end
        ),
        "a request that names her is delivered twice at once": Scenario(
            *FIRST, (first, (decision_work("r-1", "two", repository),)), end
        ),
        "a request names her while she withdraws, and then the customer grants": Scenario(
            *CUSTOMER_WITHDREW, (first, (consent_event_work(withdrawal, "two"), REGRANT)), end
        ),
        "a request names her while she withdraws and the customer grants": Scenario(
            *CUSTOMER_WITHDREW, (first, (consent_event_work(withdrawal, "two"),), (REGRANT,)), end
        ),
        "a request names her while she is erased and the customer grants": Scenario(
            *CUSTOMER_WITHDREW, (first, (erasure_work(),), (REGRANT,)), end
        ),
    }


def customer_withdrew(client: FakeDynamoDB) -> None:
    """The customer granted, and withdrew."""
    granted(client)
    FakeDependencies(client).record(consent_event("withdrawn", "withdrawal"), at=NOW - SECOND)


CUSTOMER_WITHDREW = (customer_withdrew, Ledger((GRANTED, WITHDRAWN)))


@pytest.mark.promise(2)
@pytest.mark.parametrize("scenario", scenarios())
def test_no_interleaving_creates_two_pseudonyms_or_breaks_a_guarantee(scenario: str) -> None:
    three_actors = len(scenarios()[scenario].actors) == 3
    faults = FAULTS - 1 if three_actors else FAULTS
    explorer = Explorer(scenarios()[scenario], faults)

    count = explorer.schedules()

    print(f"{count:,} schedules with up to {faults} faults, {len(explorer.visited):,} states")
    assert count > len(explorer.visited) > 100


class LastPutWins(DynamoDBPseudonymRepository):
    """A known-bad variant: it puts pseudonyms without checking whether there is one by now."""

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The stored pseudonyms, and new ones for the other people."""
        people = tuple(people)
        pseudonyms = dict(self.find_pseudonyms(customer, people))
        for person in people:
            if person not in pseudonyms:
                pseudonyms[person] = self.new_pseudonym()
                key = pseudonym_key(self.key_of(customer), person)
                self.table.put(key, {"pseudonym": pseudonyms[person]})
        return pseudonyms


class NeverCreated(DynamoDBPseudonymRepository):
    """A known-bad variant: an allow names people without a pseudonym, so nothing of them is read again."""

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The stored pseudonyms only."""
        return self.find_pseudonyms(customer, people)


@pytest.mark.parametrize("variant", [LastPutWins, NeverCreated])
def test_known_bad_pseudonym_variants_are_caught(variant: PseudonymRepositoryType) -> None:
    violation = find_violation(scenarios(variant).values(), max_faults=0)

    assert violation
    print(violation)
