"""A withdrawal carried to the data sets that hold its party, with the environment's stores."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from aws_lambda_powertools import Logger

from consentry.consent.stored_event import StoredConsentEvent
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry.propagation.propagation import ERASURE, PropagationStatus, start_of_day
from functions.adapters.observability import record_duration


def propagate_event(
    consent_event: StoredConsentEvent, environment: Mapping[str, str]
) -> PropagationStatus | None:
    """Carry a refusal or withdrawal on; how far it got, if this call finished it.

    INVARIANT: of an erasure no time is kept but the day. To the second, whoever reads the tables could tell by it
    which new name the old one was exchanged for.
    """
    clock = _today if consent_event.propagation_id == ERASURE else partial(datetime.now, UTC)
    return propagate_withdrawal(
        consent_event, clock=clock, deps=PropagationDependencies.open(environment)
    )


def report_propagation(status: PropagationStatus, logger: Logger) -> None:
    """Told and measured once, when it has landed everywhere; of an erasure only the day is known."""
    logger.info("propagated", extra={"data_sets": len(status.data_sets)})
    erased = status.withdrawal_id.endswith(f"~{ERASURE}")
    if status.data_sets and status.completed_at and not erased:
        record_duration(
            "Propagation.Seconds", (status.completed_at - status.withdrawn_at).total_seconds()
        )


def _today() -> datetime:
    return start_of_day(datetime.now(UTC))
