"""A record of the consent table's stream, read strictly; its act carried to the data sets that hold its party."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from pydantic import ValidationError

from consentry.aws import clients
from consentry.aws.reach_events import ReachEvents
from consentry.aws.screening_bucket import ScreeningBucket
from consentry.aws.stores import open_data_sets, open_permits, open_reaches, open_stores
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.errors import MalformedError
from consentry.domain.reach.reach import erasure_of
from consentry.flows.propagate_withdrawal import propagate_withdrawal
from functions.telling import measure


def read_act(record: Any) -> ActRecord | None:
    """The act that a stream record tells of, an erasure as a withdrawal; None for a record of anything else.

    MalformedError if it is broken.
    """
    try:
        changed = record["dynamodb"]
        sk, image = changed["Keys"]["sk"]["S"], changed.get("NewImage", {})
        if sk == "state" and "closed" in image:
            customer, _, party = changed["Keys"]["pk"]["S"].partition("#")
            at = datetime.fromtimestamp(changed["ApproximateCreationDateTime"], UTC)
            return erasure_of(customer, party, at)
        if record["eventName"] == "INSERT" and sk.startswith("act#"):
            return ActRecord.model_validate_json(image["record"]["S"])
    except (KeyError, TypeError, AttributeError, ValidationError):
        # `from None`: a validator's text can repeat what is kept of the act.
        raise MalformedError("Records", "holds what is no act of ours") from None
    return None


def carry(act: ActRecord, logger: Logger, environment: Mapping[str, str]) -> None:
    """Carry a refusal or withdrawal on; measured once, when it has landed everywhere."""
    stores = open_stores(environment)
    reached = propagate_withdrawal(
        act,
        clock=partial(datetime.now, UTC),
        consents=stores.consents,
        decisions=stores.decisions,
        data_sets=open_data_sets(environment),
        reaches=open_reaches(environment),
        files=ScreeningBucket(environment["SCREENING_BUCKET"], clients.s3),
        permits=open_permits(environment),
        announcements=ReachEvents(environment["EVENT_BUS"], clients.eventbridge),
    )
    if reached and reached.finished_at:
        seconds = (reached.finished_at - reached.acted_at).total_seconds()
        logger.info("reached", extra={"data_sets": len(reached.data_sets), "seconds": seconds})
        measure("Reach.Seconds", seconds)
