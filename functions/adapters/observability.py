"""What a door says to logs and metrics: outcomes, rules and kinds of errors, never of whom."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from consentry.audit.audit_row import AuditRow

SERVICE = "consentry"


def log_decision(decision: AuditRow, logger: Logger) -> None:
    """One log line and the counts of one decision."""
    fields = {
        "decision": decision.decision_id.rpartition("~")[2],
        "revision": decision.revision,
        "outcome": decision.outcome,
        "rules": list(dict.fromkeys(r for reason in decision.reasons for r in reason.rules)),
    }
    logger.info("decided", extra=fields)
    count(f"Decision.{decision.outcome}")
    for policy_set in {reason.policy_set for reason in decision.reasons if not reason.enforced}:
        count(f"DryRun.{policy_set}")


@contextmanager
def log_failures(logger: Logger) -> Iterator[None]:
    """Log and count the kind of an error and its field, and let it go on."""
    try:
        yield
    except Exception as error:
        log_failure(error, logger)
        raise


def log_failure(error: Exception, logger: Logger) -> None:
    """One log line and one count of what was not answered: the error's kind and field alone."""
    fields = {"error": type(error).__name__, "field": getattr(error, "field", None)}
    logger.warning("request failed", extra=fields)
    count("RequestFailed")


def error_body(error: Exception) -> dict[str, str | None]:
    """What a caller is told of an error of ours: its kind, the field, and what is wrong with it."""
    words = re.findall("[A-Z][a-z]+|[A-Z]+(?![a-z])", type(error).__name__.removesuffix("Error"))
    field = getattr(error, "field", None)
    problem = str(error).removeprefix(f"{field}: ")
    return {"error": "_".join(words).lower(), "field": field, "problem": problem}


def record_duration(name: str, seconds: float) -> None:
    """How long something took, by name alone; CloudWatch gives its percentiles."""
    unit = MetricUnit.Seconds
    with single_metric(name=name, unit=unit, value=seconds, namespace=SERVICE):
        pass


def count(name: str) -> None:
    """Count one of something, by name alone."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=SERVICE):
        pass
