"""Ann is erased while she is decided on or acts: what the actors have to get done."""

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
    asked,
    consent_event,
)
from tests.testkit.builders.erasures import SIGNED, UsedIdsCheckedFirst, erase
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.interleaving.actors import Report, Work
from tests.testkit.interleaving.decision_scenarios import GRANTED
from tests.testkit.interleaving.linearizability import ALLOW, Ledger, Operation
from tests.testkit.interleaving.scenario import Scenario

ANNS = Operation("grant", "anns", "ann")
ERASED = (GRANTED, ANNS, Operation("erase", "e-1", "ann"))
ERASED_AND_REGRANTED = (
    *ERASED,
    Operation("erase", "e-2", "ann"),
    Operation("grant", "again", "ann"),
)
OLD, NEW = (
    consent_event(consent_event_id, "grant", **SIGNED) for consent_event_id in ("anns", "again")
)


def deps(client: Any, seed: str) -> FakeDependencies:
    return FakeDependencies(client, seeded(client, ACME, seed))


def work(does: str, name: str, seed: str, run: Callable[[FakeDependencies, int], Any]) -> Work:
    """Something about Ann, until it is answered, or refused since an erasure is under way for too long."""

    def delivered(client: Any, attempt: int, report: Report) -> None:
        try:
            told = run(deps(client, f"{seed} {attempt}"), attempt)
        except ErasedError as erased:
            told = erased
        except UnavailableError:
            return
        report(told)

    return Work(Operation(does, name, "ann"), delivered)


def decision_work(request_id: str) -> Work:
    request = asked(request_id)
    return work(
        "decide", request_id, request_id, lambda w, n: w.decide(request, at=NOW + n * SECOND)
    )


def consent_event_work(what: ConsentEvent) -> Work:
    return work(
        str(what.kind),
        what.consent_event_id,
        what.consent_event_id,
        lambda w, n: w.record(what, at=NOW + n * SECOND),
    )


def consent_event_work_checking_used_ids_first(what: ConsentEvent) -> Work:
    """A twin of `acting`."""

    def run(deps: FakeDependencies, attempt: int) -> Any:
        key = deps.pseudonyms.key_of(ACME)
        person = what.person or ""
        if deps.consents.used_id(
            ACME, key.person_partition(person), key.used_id(person, what.consent_event_id)
        ):
            raise ErasedError
        then = replace(deps)
        then.consents = UsedIdsCheckedFirst(deps.table(CONSENTS))
        return then.record(what, at=NOW + attempt * SECOND)

    return work(str(what.kind), what.consent_event_id, what.consent_event_id, run)


def erasure_work(
    erasure_id: str = "e-1", seed: str = "", by: type[ErasureRepository] = ErasureRepository
) -> Work:
    return work(
        "erase",
        erasure_id,
        f"{erasure_id} {seed}",
        lambda w, n: erase(w, "ann", erasure_id, at=NOW + n * SECOND, by=by),
    )


def granted(client: FakeDynamoDB) -> None:
    """Acme and Ann granted."""
    before = deps(client, "given")
    before.grant()
    before.record(consent_event("anns", "grant", **SIGNED), at=NOW - SECOND)


def allowed(client: FakeDynamoDB) -> None:
    """And the request was allowed once."""
    granted(client)
    deps(client, "given").decide(asked(), at=NOW - SECOND)


def erased(client: FakeDynamoDB) -> None:
    """And she was erased."""
    granted(client)
    erase(deps(client, "given e-1"), "ann", "e-1")


def granted_again(client: FakeDynamoDB, by: type[ErasureRepository]) -> None:
    """And again; since then she granted anew."""
    erased(client)
    erase(deps(client, "given e-2"), "ann", "e-2", by=by)
    deps(client, "given").record(NEW)


def unknown_person(client: FakeDynamoDB) -> None:
    """Acme granted; nobody ever named Ann."""
    deps(client, "given").grant()


def scenarios(
    by: type[ErasureRepository] = ErasureRepository,
    consent_event_work: Callable[[ConsentEvent], Work] = consent_event_work,
) -> dict[str, Scenario]:
    """By their stories; every one ends with the request once more, and a new one."""
    ask, then = (decision_work("r-1"),), (decision_work("r-1"), decision_work("r-3"))
    erase = (erasure_work(by=by),)
    first = (granted, Ledger((GRANTED, ANNS)))
    again = (allowed, Ledger((GRANTED, ANNS), (("r-1", ALLOW, 2),)))
    return {
        "a request while she is erased": Scenario(*first, (ask, erase), then),
        "an allowed request again while she is erased": Scenario(*again, (ask, erase), then),
        "she withdraws while she is erased": Scenario(
            *again,
            ((consent_event_work(consent_event("w", "withdrawal", person="ann")),), erase),
            then,
        ),
        "she grants anew while she is erased": Scenario(
            *first, ((consent_event_work(NEW),), erase), then
        ),
        "her grant is delivered again while she is erased": Scenario(
            *first, ((consent_event_work(OLD),), erase), then
        ),
        "her erased grant is delivered again while she is erased again": Scenario(
            erased,
            Ledger(ERASED),
            ((consent_event_work(OLD),), (erasure_work("e-2", by=by),)),
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
        "somebody never heard of is erased while a request names her": Scenario(
            unknown_person, Ledger((GRANTED,)), (ask, erase), then
        ),
    }
