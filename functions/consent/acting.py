"""What the consent door answers, and how it keeps and shows acts with the environment's stores."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from consentry.aws.stores import open_stores
from consentry.domain.callers import Caller
from consentry.domain.consent.acts import ActKind, ConsentAct
from consentry.domain.consent.use_standings import UseStanding, standings_of
from consentry.domain.errors import MalformedError
from consentry.domain.reach.reach import travels, withdrawal_id
from consentry.domain.receipts.receipt import place_of
from consentry.flows.record_consent import record_consent
from functions.http import logger
from functions.telling import count


@dataclass(frozen=True, slots=True)
class ActKept:
    """An act as it is kept, what its party's acts come to now, and the path of its receipt."""

    act_id: str
    version: int
    at: datetime
    standings: tuple[UseStanding, ...]
    receipt: str
    withdrawal_id: str | None
    """By which `GET /withdrawals/{id}` tells where what was refused or taken back has landed, if anything was."""


def keep(act: ConsentAct, caller: Caller, *, kinds: tuple[ActKind, ...]) -> ActKept:
    """Keep an act of one of these kinds; when this returns, it holds. MalformedError for another kind."""
    if act.kind not in kinds:
        raise MalformedError("kind", f"is {' or '.join(kinds)} on this route")
    stores, now = open_stores(os.environ), datetime.now(UTC)
    # What is kept is of the contract's own type, not of this door's.
    act = ConsentAct(**dict(act))
    kept = record_consent(
        act,
        caller=caller,
        at=now,
        world=stores,
    )
    logger.info("act kept", extra={"kind": act.kind, "version": kept.record.version})
    count(f"Act.{act.kind}")
    books = stores.bindings.of(act.customer).books(stores.library)
    standings = standings_of(kept.state, books, at=now)
    record = kept.record
    reach = withdrawal_id(record) if travels(record) else None
    return ActKept(act.act_id, record.version, record.at, standings, place_of(record), reach)
