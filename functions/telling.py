"""What a door says to logs and metrics: outcomes, rules and kinds of errors, never of whom."""

from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from consentry.domain.decision import Decision


def tell(decision: Decision, logger: Logger, metrics: Metrics) -> None:
    """One log line and the counts of one decision."""
    said = {
        "decision": decision.decision_id.rpartition("~")[2],
        "revision": decision.revision,
        "outcome": decision.outcome,
        "rules": [rule for finding in decision.findings for rule in finding.rules],
    }
    logger.info("decided", extra=said)
    metrics.add_metric(name=f"Decision.{decision.outcome}", unit=MetricUnit.Count, value=1)
    for book in {finding.book for finding in decision.findings if not finding.enforced}:
        metrics.add_metric(name=f"Observed.{book}", unit=MetricUnit.Count, value=1)


@contextmanager
def failures_told(logger: Logger) -> Iterator[None]:
    """Log the kind of error and the field, and let the error go on."""
    try:
        yield
    except Exception as error:
        said = {"error": type(error).__name__, "field": getattr(error, "field", None)}
        logger.warning("not answered", extra=said)
        raise
