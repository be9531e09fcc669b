"""Log lines and metrics of all handlers: outcomes, rules and kinds of errors, never an identifier."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from consentry.audit.audit_row import AuditRow
from consentry.kernel.errors import ConsentryError, UnavailableError
from consentry.kernel.ids import token_of

SERVICE = "consentry"

UNEXPECTED = "the function failed unexpectedly; the logs have the type of the error"

logger = Logger(service=SERVICE)


def log_decision(decision: AuditRow) -> None:
    """Write one log line for a decision, and count it."""
    fields = {
        "decision_token": token_of(decision.decision_id),
        "revision": decision.revision,
        "outcome": decision.outcome,
        "rules": list(dict.fromkeys(r for reason in decision.reasons for r in reason.rules)),
    }
    logger.info("decided", extra=fields)
    count(f"Decision.{decision.outcome}")
    for policy_set in {reason.policy_set_id for reason in decision.reasons if not reason.enforced}:
        count(f"DryRun.{policy_set}")


@contextmanager
def logged_failures() -> Iterator[None]:
    """Log and count an error by its type and field, and raise it again.

    An unexpected error is raised as UnavailableError: dead letters, executions and logs show the
    text of an error, and that of a library or of AWS may repeat what a caller sent.
    """
    try:
        yield
    except ConsentryError as error:
        log_failure(error)
        raise
    except Exception as error:  # noqa: BLE001 - the text of an unknown error is not ours
        log_failure(error)
        raise UnavailableError(UNEXPECTED) from None


def log_failure(error: Exception) -> None:
    """Write one log line for a failed request, and count it; only the type and field of the error are logged."""
    fields = {"error": type(error).__name__, "field": getattr(error, "field", None)}
    logger.warning("request failed", extra=fields)
    count("RequestFailed")


def error_body(error: Exception) -> dict[str, str | None]:
    """The answer to a failed request: the code of the error, the field, and what is wrong with it."""
    field = getattr(error, "field", None)
    problem = str(error).removeprefix(f"{field}: ")
    return {"error": error_code(type(error)), "field": field, "problem": problem}


def error_code(kind: type[Exception]) -> str:
    """The public name of an error type: `conflicting_id` for ConflictingIdError."""
    words = re.findall("[A-Z][a-z]+|[A-Z]+(?![a-z])", kind.__name__.removesuffix("Error"))
    return "_".join(words).lower()


def record_duration(name: str, seconds: float) -> None:
    """Record a duration in the metric with this name; CloudWatch computes percentiles."""
    with single_metric(name=name, unit=MetricUnit.Seconds, value=seconds, namespace=SERVICE):
        pass


def count(name: str) -> None:
    """Add one to the metric with this name."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=SERVICE):
        pass
