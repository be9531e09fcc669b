"""The progress of renewal runs in the consent table: one item per run.

<customer>#renewal   <run>   how many parties were processed
"""

from dataclasses import dataclass

from consentry.aws.table import Key, Table


@dataclass(frozen=True)
class RenewalRunRepository:
    """The progress of renewal runs."""

    table: Table

    def processed_count(self, customer: str, run: str) -> int:
        """How many of the run's parties were processed; 0 for a run that never started."""
        item = self.table.get(_key(customer, run))
        return item["processed_count"] if item else 0

    def save_progress(self, customer: str, run: str, count: int) -> None:
        """Store how many parties were processed."""
        self.table.put(_key(customer, run), {"processed_count": count})


def _key(customer: str, run: str) -> Key:
    return f"{customer}#renewal", run
