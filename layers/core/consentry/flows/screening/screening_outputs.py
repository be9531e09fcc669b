"""What a screening leaves before its decision is committed: the outputs, and the record of what it admits."""

from consentry.domain.errors import MalformedError
from consentry.domain.log.log_row import encode_row
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.screening.data_set_record import record_data_set
from consentry.flows.screening.screening_ports import Sorting
from consentry.flows.screening.sorted_rows import Sorted

MAX_LOG_ROW = 380 * 1024
"""Bytes; an item of DynamoDB holds 400 KB."""


def keep_outputs(decision: ScreeningDecision, rows: Sorted, world: Sorting) -> ScreeningDecision:
    """The decision to commit, once its files are written; MalformedError if no log row can hold it."""
    if len(encode_row(decision)) > MAX_LOG_ROW:
        raise MalformedError("manifest", "holds more kinds of rows than one decision can")
    rows.write(decision.outputs, world.files)
    people = rows.verdicts.admitted
    return record_data_set(decision, people, world.keys, world.files, world.data_sets)
