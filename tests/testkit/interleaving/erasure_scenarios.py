"""Scenarios in which a person is erased while her consent events are recorded or her data is decided on."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from consentry.consent.consent_event import ConsentEvent
from consentry.kernel.errors import ErasedError, UnavailableError
from consentry.privacy.dynamodb import ErasureRepository
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, UsedIdsCheckedFirst, erase
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.decision_scenarios import GRANTED
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

ANNS_GRANT = Operation("grant", "anns", "ann")
ERASED = (GRANTED, ANNS_GRANT, Operation("erase", "e-1", "ann"))
ERASED_AND_REGRANTED = (
    *ERASED,
    Operation("erase", "e-2", "ann"),
    Operation("grant", "again", "ann"),
)
OLD_GRANT, NEW_GRANT = (
    consent_event(consent_event_id, "grant", **SIGNED) for consent_event_id in ("anns", "again")
)


def seeded_dependencies(client: Any, seed: str) -> FakeDependencies:
    """Dependencies with a real pseudonym repository; equal seeds draw equal pseudonyms."""
    return FakeDependencies(client, seeded(client, ACME, seed))


def work(kind: str, name: str, seed: str, run: Callable[[FakeDependencies, int], Any]) -> Work:
    """Deliver an operation on Ann until it is answered, or until it is unavailable during an erasure."""

    def deliver(client: Any, attempt: int, report: Report) -> None:
        try:
            answer = run(seeded_dependencies(client, f"{seed} {attempt}"), attempt)
        except ErasedError as erased:
            answer = erased
        except UnavailableError:
            return
        report(answer)

    return Work(Operation(kind, name, "ann"), deliver)


def decision_work(request_id: str) -> Work:
    """Deliver a request."""
    request = use_request(request_id)
    return work(
        "decide",
        request_id,
        request_id,
        lambda deps, attempt: deps.decide(request, at=NOW + attempt * SECOND),
    )


def consent_event_work(event: ConsentEvent) -> Work:
    """Deliver a consent event."""
    return work(
        str(event.kind),
        event.consent_event_id,
        event.consent_event_id,
        lambda deps, attempt: deps.record(event, at=NOW + attempt * SECOND),
    )


def consent_event_work_checking_used_ids_first(event: ConsentEvent) -> Work:
    """A known-bad variant of `consent_event_work`: it checks the used ids before it reads the pseudonym."""

    def run(deps: FakeDependencies, attempt: int) -> Any:
        key = deps.pseudonyms.key_of(ACME)
        person = event.person or ""
        if deps.consents.used_id(
            ACME, key.person_partition(person), key.used_id(person, event.consent_event_id)
        ):
            raise ErasedError
        variant = replace(deps)
        variant.consents = UsedIdsCheckedFirst(deps.table(CONSENTS))
        return variant.record(event, at=NOW + attempt * SECOND)

    return work(str(event.kind), event.consent_event_id, event.consent_event_id, run)


def erasure_work(
    erasure_id: str = "e-1", seed: str = "", by: type[ErasureRepository] = ErasureRepository
) -> Work:
    """Deliver an erasure."""
    return work(
        "erase",
        erasure_id,
        f"{erasure_id} {seed}",
        lambda deps, attempt: erase(deps, "ann", erasure_id, at=NOW + attempt * SECOND, by=by),
    )


def granted(client: FakeDynamoDB) -> None:
    """Acme and Ann granted."""
    deps = seeded_dependencies(client, "given")
    deps.grant()
    deps.record(consent_event("anns", "grant", **SIGNED), at=NOW - SECOND)


def allowed(client: FakeDynamoDB) -> None:
    """Acme and Ann granted, and the request was allowed once."""
    granted(client)
    seeded_dependencies(client, "given").decide(use_request(), at=NOW - SECOND)


def erased(client: FakeDynamoDB) -> None:
    """Acme and Ann granted, then Ann was erased."""
    granted(client)
    erase(seeded_dependencies(client, "given e-1"), "ann", "e-1")


def granted_again(client: FakeDynamoDB, by: type[ErasureRepository]) -> None:
    """Ann was erased twice, then she granted again."""
    erased(client)
    erase(seeded_dependencies(client, "given e-2"), "ann", "e-2", by=by)
    seeded_dependencies(client, "given").record(NEW_GRANT)


def unknown_person(client: FakeDynamoDB) -> None:
    """Acme granted; no request has named Ann."""
    seeded_dependencies(client, "given").grant()


def scenarios(
    by: type[ErasureRepository] = ErasureRepository,
    consent_event_work: Callable[[ConsentEvent], Work] = consent_event_work,
) -> dict[str, Scenario]:
    """Two actors at once. At the end of each the request is decided again, and a new one."""
    ask = (decision_work("r-1"),)
    then = (*ask, decision_work("r-3"))
    erase = (erasure_work(by=by),)
    first = (granted, Ledger((GRANTED, ANNS_GRANT)))
    again = (allowed, Ledger((GRANTED, ANNS_GRANT), (("r-1", ALLOW, 2),)))
    withdrawal = consent_event("w", "withdrawal", person="ann")
    return {
        "a request while she is erased": Scenario(*first, (ask, erase), then),
        "an allowed request again while she is erased": Scenario(*again, (ask, erase), then),
        "she withdraws while she is erased": Scenario(
            *again, ((consent_event_work(withdrawal),), erase), then
        ),
        "she grants again while she is erased": Scenario(
            *first, ((consent_event_work(NEW_GRANT),), erase), then
        ),
        "her grant is delivered again while she is erased": Scenario(
            *first, ((consent_event_work(OLD_GRANT),), erase), then
        ),
        "her erased grant is delivered again while she is erased again": Scenario(
            erased,
            Ledger(ERASED),
            ((consent_event_work(OLD_GRANT),), (erasure_work("e-2", by=by),)),
            then,
        ),
        "her erasure is delivered again while she is erased again": Scenario(
            erased, Ledger(ERASED), (erase, (erasure_work("e-2", by=by),)), then
        ),
        "her erasure is delivered again after another and a new grant": Scenario(
            partial(granted_again, by=by), Ledger(ERASED_AND_REGRANTED), (erase, ask), then
        ),
        "she is erased twice at once": Scenario(
            *first, ((erasure_work("e-2", by=by),), erase), then
        ),
        "her erasure is delivered twice at once": Scenario(
            *first, ((erasure_work(seed="variant", by=by),), erase), then
        ),
        "an unknown person is erased while a request names her": Scenario(
            unknown_person, Ledger((GRANTED,)), (ask, erase), then
        ),
    }
