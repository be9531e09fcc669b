"""Which terms and guardrails are assigned to each customer, in the consent table.

<customer>#assignment   assignment        the current assignment, with its version
<customer>#assignment   assignment#0001   the first assignment, never changed
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from consentry.aws.table import Attributes, Key, Table
from consentry.aws.transactions import CancelledError
from consentry.kernel.errors import ConsentChangedError
from consentry.terms.assignment import (
    Assignment,
    AssignmentHistory,
    AssignmentRecord,
    StoredAssignment,
)


@dataclass(frozen=True)
class AssignmentRepository:
    """The assignments of customers; `default` is that of a customer without one, as version 0."""

    table: Table
    default: Assignment

    def get(self, customer: str) -> Assignment:
        """The customer's current assignment, strongly consistent."""
        record = self.get_record(customer)
        return record.assignment if record else self.default

    def get_at(self, customer: str, moment: datetime) -> Assignment:
        """The customer's assignment at a past time; the default before the first one."""
        records = self.history(customer).records
        return next((r.assignment for r in reversed(records) if r.at <= moment), self.default)

    def history(self, customer: str) -> AssignmentHistory:
        """All assignments of a customer, strongly consistent."""
        pk, prefix = assignment_key(customer)[0], "assignment#"
        found = (_decode(item) for _, item in self.table.query(pk, prefix=prefix))
        # Sorted as numbers: as text, version 10000 is before 9999.
        records = tuple(sorted(found, key=lambda record: record.assignment.version))
        return AssignmentHistory(records, records[-1].assignment if records else self.default)

    def get_record(self, customer: str) -> AssignmentRecord | None:
        """The current assignment with its date, strongly consistent; None if the customer has none."""
        return self._read(assignment_key(customer))

    def assign(self, customer: str, record: AssignmentRecord) -> None:
        """Write the next assignment and its entry in the history, both or neither.

        ConsentChangedError if the previous version is no longer current (nothing was written). If a response was
        lost, the entry is read; the call returns normally only if it is stored.
        """
        attributes = {"assignment": _codec().dump_json(record).decode("utf-8")}
        version, current = record.assignment.version, assignment_key(customer)
        entry = assignment_key(customer, version)
        try:
            self.table.transact(
                [
                    self.table.putting_after(
                        current, attributes | {"version": version}, version - 1
                    ),
                    self.table.putting_if_absent(entry, attributes),
                ]
            )
        except CancelledError as cancelled:
            # An earlier attempt may have been applied while its response was lost. Then the entry is this record.
            if self._read(entry) != record:
                raise ConsentChangedError from cancelled

    def _read(self, key: Key) -> AssignmentRecord | None:
        item = self.table.get(key)
        return _decode(item) if item else None


def assignment_key(customer: str, version: int | None = None) -> Key:
    """The key of the current assignment, or of one version in the history."""
    return f"{customer}#assignment", f"assignment#{version:04}" if version else "assignment"


def read_history_entry(pk: str, sk: str, text: str) -> StoredAssignment | None:
    """The assignment of an item with this key and attribute; None if it is no entry of a history.

    ValueError if it is one and cannot be read.
    """
    customer, _, kind = pk.partition("#")
    if kind != "assignment" or not sk.startswith("assignment#"):
        return None
    return StoredAssignment(customer, _codec().validate_json(text))


def _decode(item: Attributes) -> AssignmentRecord:
    return _codec().validate_json(item["assignment"])


@cache
def _codec() -> TypeAdapter[AssignmentRecord]:
    return TypeAdapter(AssignmentRecord)
