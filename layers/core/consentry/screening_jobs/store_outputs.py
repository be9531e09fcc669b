"""What a screening leaves before its decision is committed: the outputs, and the record of what it admits."""

from consentry.audit.audit_row import encode_row
from consentry.kernel.errors import InvalidRequestError
from consentry.screening.partition import Partition
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.record_data_set import record_data_set

MAX_LOG_ROW = 380 * 1024
"""Bytes; an item of DynamoDB holds 400 KB."""


def store_outputs(
    decision: ScreeningDecision, rows: Partition, deps: ScreeningDependencies
) -> ScreeningDecision:
    """The decision to commit, once its files are written; InvalidRequestError if no log row can hold it."""
    if len(encode_row(decision)) > MAX_LOG_ROW:
        raise InvalidRequestError("manifest", "holds more kinds of rows than one decision can")
    rows.write(decision.outputs, deps.files)
    people = rows.verdicts.admitted
    return record_data_set(decision, people, deps.pseudonyms, deps.files, deps.data_sets)
