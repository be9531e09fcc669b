"""A withdrawal carried to the data sets that hold its party, with the environment's stores."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from aws_lambda_powertools import Logger

from consentry.aws.stores import open_stores
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.reach.reach import ERASED, ReachShown, day_of
from consentry.flows.propagate_withdrawal import propagate_withdrawal
from functions.telling import measure


def carry(act: ActRecord, environment: Mapping[str, str]) -> ReachShown | None:
    """Carry a refusal or withdrawal on; how far it got, if this call finished it.

    INVARIANT: of an erasure no time is kept but the day. To the second, whoever reads the tables could tell by it
    which new name the old one was exchanged for.
    """
    clock = _today if act.travels_as == ERASED else partial(datetime.now, UTC)
    return propagate_withdrawal(act, clock=clock, world=open_stores(environment))


def tell_reached(reached: ReachShown, logger: Logger) -> None:
    """Told and measured once, when it has landed everywhere; of an erasure only the day is known."""
    logger.info("reached", extra={"data_sets": len(reached.data_sets)})
    erased = reached.withdrawal_id.endswith(f"~{ERASED}")
    if reached.data_sets and reached.finished_at and not erased:
        measure("Reach.Seconds", (reached.finished_at - reached.acted_at).total_seconds())


def _today() -> datetime:
    return day_of(datetime.now(UTC))
