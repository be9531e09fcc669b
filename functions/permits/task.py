"""Step Functions: a task that redeems a data permit for a training run, or raises so that no job starts."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel.authorization import Caller, Permission, trigger_identity
from consentry.kernel.ids import token_of
from consentry.permits.open import PermitDependencies
from consentry.permits.training_run import GatedTraining, begin_training_run
from functions.adapters.observability import count, logged_failures, logger
from functions.adapters.remaining_time import limited_by_remaining_time


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Redeem the permit in the input; returns what the job is started with, and nothing else of the input."""
    deps = PermitDependencies.open(os.environ)
    training = GatedTraining.read(event)
    caller = Caller.allowed(
        trigger_identity("task"), deps.settings.task_customers, {Permission.REDEEM}
    )
    run = begin_training_run(training, caller=caller, at=datetime.now(UTC), deps=deps)
    logger.info("permit redeemed", extra={"decision_token": token_of(run.decision_id)})
    count("Permit.redeemed")
    chosen = training.input.training
    return {
        "run_id": run.run_id,
        "permit_id": run.permit_id,
        "decision_id": run.decision_id,
        "job_name": run.job_name,
        "admitted_uri": f"s3://{deps.settings.screening_bucket}/{run.admitted_key}",
        "instance_type": chosen.instance_type,
        "instance_count": chosen.instance_count,
        "volume_gb": chosen.volume_gb,
        "max_runtime_seconds": chosen.max_runtime_seconds,
        "hyperparameters": run.hyperparameters,
    }
