"""What may never be seen in the stores or be told to a caller, looked at after every single step."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.record_consent import RecordedConsent
from consentry.decisions.decision import Decision, decode, encode
from consentry.kernel.errors import ErasedError, PermitError
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import STRICTNESS
from consentry.permits.redemption import Redemption, Revocation
from consentry.permits.signature import IssuedPermit
from consentry.privacy.erasure import ErasureResult
from consentry.terms.assignment_history import AssignmentRecord
from consentry.terms.dynamodb import assignment_key
from tests.fakes.stored import Stored, state_in
from tests.fakes.watched_permits import is_kept, wrong_permits
from tests.fakes.worlds import ACME

FOR_EVER = ("consent_event#", "revision#", "assignment#", "pseudonym", "permit", "run#", "revoked")
"""What is never written over: the beginnings of sort keys."""


def written_wrongly(before: Stored, after: Stored) -> str | None:
    """The first thing wrong with what one step wrote."""
    return next(_wrongs(before, after), None) if after is not before else None


def told_wrongly(told: Any, stored: Stored) -> str | None:
    """What is wrong with an answer, at the moment when it is given."""
    if isinstance(told, Decision):
        pk = told.decision_id.replace("~", "#")
        row = stored.decisions.get((pk, f"revision#{told.revision:04}"))
        kept = row is not None and row["row"]["S"] == encode(told).decode()
        return None if kept else f"an answer ({told.outcome}) that is not in the log"
    if isinstance(told, PermitError):
        return None
    if isinstance(told, AssignmentRecord):
        row = stored.consents.get(assignment_key(ACME, told.assignment.version))
        return None if row else "a binding that returned and is not kept"
    if isinstance(told, ErasureResult):
        return _erased_wrongly(stored)
    if isinstance(told, ErasedError):
        return None  # The act was done once, and is erased since.
    if isinstance(told, Redemption | Revocation | IssuedPermit):
        kept = is_kept(told, stored.permits)
        return None if kept else f"{type(told).__name__}: returned and is not kept"
    assert isinstance(told, RecordedConsent)
    kept = told.record in stored.records
    if not kept and not stored.closed(told.record.party):
        return "an act that returned and is not kept"
    is_after = (told.state.version or 0) >= told.record.version
    return None if is_after else "an act that returned with the state before it"


def _erased_wrongly(stored: Stored) -> str | None:
    records = stored.records
    if not any(record.is_erasure for record in records):
        return "an erasure that returned and left no withdrawal"
    left = [r for r in records if stored.closed(r.party) and not r.is_erasure]
    return "an erasure that returned and left an act" if left else None


def _wrongs(before: Stored, after: Stored) -> Iterator[str]:
    for name, items in before.tables.items():
        for key in items:
            if key not in after.tables[name]:
                if not before.closed(key[0].partition("#")[2]):
                    yield f"{key} is gone"
            elif (
                key[1].startswith(FOR_EVER)
                and after.tables[name][key] != items[key]
                and not ("pseudonym" in items[key] and before.closed(items[key]["pseudonym"]["S"]))
            ):
                yield f"{key} was written over"
    for key in after.decisions.keys() - before.decisions.keys():
        yield from _wrong_decision(decode(after.decisions[key]["row"]["S"]), after)
    yield from wrong_permits(before.permits, after.permits, after.consents)
    if after.consents != before.consents:
        yield from _wrong_acts(after)


def _wrong_decision(decision: Decision, stored: Stored) -> Iterator[str]:
    pk = decision.decision_id.replace("~", "#")
    revised = stored.decisions.get((pk, f"revision#{decision.revision - 1:04}"))
    if decision.revision > 1:
        if revised is None or not decode(revised["row"]["S"]).allows:
            yield "a revision of what was no allow"
        if decision.allows:
            yield "a revision that allows"
    elif decision.allows and (worse := _worse_now(decision, stored)):
        yield f"an allow was written when the consent of {worse} stood no more"
    elif decision.allows and decision.assignment.version != _bound_now(decision, stored):
        yield "an allow was written by books that bind no more"


def _bound_now(decision: Decision, stored: Stored) -> int:
    item = stored.consents.get(assignment_key(decision.request_record.customer))
    return int(item["version"]["N"]) if item else 0


def _worse_now(decision: Decision, stored: Stored) -> str | None:
    facts = decision.facts
    use = Use(operation=facts.operation, service=facts.service)
    for party in decision.evidence.parties:
        state = state_in(stored.consents, decision.request_record.customer, party.party)
        for leaf in facts.data:
            now = state.status(use, leaf, at=decision.at)
            if STRICTNESS[now] > STRICTNESS[party.status_on(leaf)]:
                return "the customer" if party.role is None else "a person"
    return None


def _wrong_acts(stored: Stored) -> Iterator[str]:
    versions: dict[str, list[int]] = {}
    consents = stored.consents
    for record in stored.records:
        if stored.names and record.party not in (CUSTOMER_PARTY, *stored.names):
            yield "an act under a name that is nobody's"
        if not stored.closed(record.party):
            versions.setdefault(record.party, []).append(record.version)
    for party, made in versions.items():
        pk = next(pk for pk, sk in consents if sk == "state" and pk.endswith(f"#{party}"))
        state = state_in(consents, *pk.split("#"))
        if sorted(made) != list(range(1, (state.version or 0) + 1)):
            yield "acts and versions do not agree"
        whens = [rule.consent_event_id for rule in state.rules]
        if any(first == second for first, second in pairwise(whens)):
            yield "an act has two effects"
