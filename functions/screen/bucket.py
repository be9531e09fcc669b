"""S3: a screening request lands in the bucket; its manifest is sorted, its report lies beside it."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.screen_manifest import screen_manifest
from functions.screen.arrivals import read_arrival
from functions.screen.issuing import open_issuer
from functions.screen.under_way import under_way
from functions.telling import failures_told, tell

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an S3 event by EventBridge. What is refused is told in the bucket and ends in the dead letters."""
    with failures_told(logger):
        arrival = read_arrival(event, os.environ["SCREENING_BUCKET"])
        deps = ScreeningDependencies.open(os.environ)
        with arrival.refusals_kept(deps.bucket):
            decision = screen_manifest(
                arrival.request(deps.bucket),
                caller=arrival.caller,
                at=datetime.now(UTC),
                deps=deps,
                progress=under_way(logger),
                issuer=open_issuer(os.environ),
            )
        tell(decision, logger)
    return {"decision_id": decision.decision_id, "outcome": decision.outcome}
