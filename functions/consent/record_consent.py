"""What the consent door answers, and how it keeps and shows acts with the environment's stores."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind
from consentry.consent.open import ConsentDependencies
from consentry.consent.record_consent import record_consent
from consentry.consent.status_summary import UseStatus, summarize_statuses
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.propagation import propagates, withdrawal_id
from consentry.receipts.receipt import receipt_path
from functions.adapters.api_gateway import logger
from functions.adapters.observability import count


@dataclass(frozen=True, slots=True)
class ConsentEventResponse:
    """An act as it is kept, what its party's acts come to now, and the path of its receipt."""

    consent_event_id: str
    version: int
    at: datetime
    statuses: tuple[UseStatus, ...]
    receipt: str
    withdrawal_id: str | None
    """By which `GET /withdrawals/{id}` tells where what was refused or taken back has landed, if anything was."""


def record_event(
    consent_event: ConsentEvent, caller: Caller, *, kinds: tuple[ConsentEventKind, ...]
) -> ConsentEventResponse:
    """Keep an act of one of these kinds; when this returns, it holds. InvalidRequestError for another kind."""
    if consent_event.kind not in kinds:
        raise InvalidRequestError("kind", f"is {' or '.join(kinds)} on this route")
    repositories, now = ConsentDependencies.open(os.environ), datetime.now(UTC)
    # What is kept is of the contract's own type, not of this door's.
    consent_event = ConsentEvent(**dict(consent_event))
    kept = record_consent(
        consent_event,
        caller=caller,
        at=now,
        deps=repositories,
    )
    logger.info(
        "consent event recorded", extra={"kind": consent_event.kind, "version": kept.record.version}
    )
    count(f"ConsentEvent.{consent_event.kind}")
    policy_sets = repositories.assignments.of(consent_event.customer).policy_sets(
        repositories.library
    )
    statuses = summarize_statuses(kept.state, policy_sets, at=now)
    record = kept.record
    reach = withdrawal_id(record) if propagates(record) else None
    return ConsentEventResponse(
        consent_event.consent_event_id,
        record.version,
        record.at,
        statuses,
        receipt_path(record),
        reach,
    )
