"""Invariants of the stores and of the answers, checked after every step."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.record_consent import RecordedConsent
from consentry.decisions.decision import CODEC, Decision
from consentry.decisions.what_would_allow import with_people_in_order
from consentry.kernel.errors import ErasedError, PermitError
from consentry.permits.redemption import Redemption, Revocation
from consentry.permits.signature import IssuedPermit
from consentry.privacy.erasure import ErasureResult
from consentry.terms.assignment import AssignmentRecord
from consentry.terms.dynamodb import assignment_key
from tests.testkit.builders.dependencies import ACME
from tests.testkit.fakes.dynamodb_tables import KEYS
from tests.testkit.interleaving.permit_invariants import is_stored, permit_violations
from tests.testkit.interleaving.store_snapshot import StoreSnapshot, state_in

IMMUTABLE_SORT_KEYS = (
    "consent_event#",
    "revision#",
    "assignment#",
    "pseudonym",
    "permit",
    "run#",
    "revoked",
)
"""Prefixes of the sort keys whose items are never overwritten."""


def write_violation(before: StoreSnapshot, after: StoreSnapshot) -> str | None:
    """The first violation by what one step wrote."""
    return next(_write_violations(before, after), None) if after is not before else None


def answer_violation(answer: Any, stored: StoreSnapshot) -> str | None:
    """The violation by an answer at the moment when it is given."""
    if isinstance(answer, Decision):
        pk = answer.decision_id.replace("~", "#")
        row = stored.decisions.get((pk, f"revision#{answer.revision:04}"))
        stored_row = CODEC.validate_json(row["row"]["S"]) if row else None
        if stored_row is None or _without_positions(stored_row) != _without_positions(answer):
            return f"an answer ({answer.outcome}) is not in the log"
        replaced = (pk, f"revision#{answer.revision + 1:04}") in stored.decisions
        return "an allow is answered after a denial replaced it" if replaced else None
    if isinstance(answer, PermitError):
        return None
    if isinstance(answer, AssignmentRecord):
        row = stored.consents.get(assignment_key(ACME, answer.assignment.version))
        return None if row else "an assignment returned and is not stored"
    if isinstance(answer, ErasureResult):
        return _erasure_violation(stored)
    if isinstance(answer, ErasedError):
        return None  # The consent event was recorded once, and was erased since.
    if isinstance(answer, Redemption | Revocation | IssuedPermit):
        stored_unchanged = is_stored(answer, stored.permits)
        return None if stored_unchanged else f"a {type(answer).__name__} returned and is not stored"
    assert isinstance(answer, RecordedConsent)
    if answer.record not in stored.records and not stored.closed(answer.record.party):
        return "a consent event returned and is not stored"
    is_after = (answer.state.version or 0) >= answer.record.version
    return None if is_after else "a consent event returned with the state before it"


def _erasure_violation(stored: StoreSnapshot) -> str | None:
    records = stored.records
    if not any(record.is_erasure for record in records):
        return "an erasure returned and left no withdrawal"
    if any("similar_id" in item for item in stored.tables[KEYS].values()):
        return "an erasure returned and left a similar id"
    remaining = [r for r in records if stored.closed(r.party) and not r.is_erasure]
    return "an erasure returned and left a consent event" if remaining else None


def _write_violations(before: StoreSnapshot, after: StoreSnapshot) -> Iterator[str]:
    for name, items in before.tables.items():
        for key in items:
            if key not in after.tables[name]:
                if not before.closed(key[0].partition("#")[2]):
                    yield f"{key} was deleted"
            elif (
                key[1].startswith(IMMUTABLE_SORT_KEYS)
                and after.tables[name][key] != items[key]
                and not ("pseudonym" in items[key] and before.closed(items[key]["pseudonym"]["S"]))
            ):
                yield f"{key} was overwritten"
    for key in after.decisions.keys() - before.decisions.keys():
        yield from _decision_violations(
            CODEC.validate_json(after.decisions[key]["row"]["S"]), after
        )
    yield from permit_violations(before.permits, after.permits, after.consents)
    if after.consents != before.consents:
        yield from _event_violations(after)


def _decision_violations(decision: Decision, stored: StoreSnapshot) -> Iterator[str]:
    pk = decision.decision_id.replace("~", "#")
    revised = stored.decisions.get((pk, f"revision#{decision.revision - 1:04}"))
    if decision.revision > 1:
        if revised is None or not CODEC.validate_json(revised["row"]["S"]).allows:
            yield "a revision of a decision that was no allow"
        if decision.allows:
            yield "a revision that allows"


def _event_violations(stored: StoreSnapshot) -> Iterator[str]:
    versions: dict[str, list[int]] = {}
    consents = stored.consents
    for record in stored.records:
        if stored.pseudonyms and record.party not in (CUSTOMER_PARTY, *stored.pseudonyms):
            yield "a consent event under a retired pseudonym"
        if not stored.closed(record.party):
            versions.setdefault(record.party, []).append(record.version)
    for party, written in versions.items():
        pk = next(pk for pk, sk in consents if sk == "state" and pk.endswith(f"#{party}"))
        state = state_in(consents, *pk.split("#"))
        if sorted(written) != list(range(1, (state.version or 0) + 1)):
            yield "the versions of consent events and state disagree"
        ids = [rule.consent_event_id for rule in state.rules]
        if any(first == second for first, second in pairwise(ids)):
            yield "a consent event has two rules"


def _without_positions(decision: Decision) -> Decision:
    """The positions of people are those in the request that is answered, and may differ from the row's."""
    needed = with_people_in_order(decision.what_would_allow, (("some", "host"),), ())
    return replace(decision, what_would_allow=needed)
