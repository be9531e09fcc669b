"""S3: a screening request lands in the bucket; its manifest is sorted, its report lies beside it."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.screen_manifest import screen_manifest
from functions.adapters.observability import log_decision, log_failures
from functions.screening.permit_issuer import open_issuer
from functions.screening.progress_log import log_progress
from functions.screening.request_object import read_request_object

logger = Logger(service="consentry")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an S3 event by EventBridge. What is refused is told in the bucket and ends in the dead letters."""
    with log_failures(logger):
        request_object = read_request_object(event, os.environ["SCREENING_BUCKET"])
        deps = ScreeningDependencies.open(os.environ)
        with request_object.write_error_file(deps.bucket):
            decision = screen_manifest(
                request_object.request(deps.bucket),
                caller=request_object.caller,
                at=datetime.now(UTC),
                deps=deps,
                progress=log_progress(logger),
                issuer=open_issuer(os.environ),
            )
        log_decision(decision, logger)
    return {"decision_id": decision.decision_id, "outcome": decision.outcome}
