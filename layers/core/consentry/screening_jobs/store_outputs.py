"""Stores what must exist before a decision is committed: the outputs, and the data set."""

from consentry.audit.audit_row import encode_row
from consentry.kernel.errors import InvalidRequestError
from consentry.screening.partition import Partition
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.record_data_set import record_data_set

MAX_LOG_ROW = 380 * 1024
"""Bytes; a DynamoDB item has at most 400 KB."""


def store_outputs(
    decision: ScreeningDecision, rows: Partition, deps: ScreeningDependencies
) -> ScreeningDecision:
    """The decision to commit, after its files are written; InvalidRequestError if it exceeds a log row."""
    if len(encode_row(decision)) > MAX_LOG_ROW:
        raise InvalidRequestError(
            "manifest", "has more row patterns than a log row can hold: split it"
        )
    rows.write(decision.outputs, deps.files)
    people = rows.evaluator.admitted
    return record_data_set(decision, people, deps.pseudonyms, deps.files, deps.data_sets)
