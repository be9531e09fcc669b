"""What the telling of renewals asks of the world."""

from typing import Protocol


class RenewalRuns(Protocol):
    """How far each telling of a customer's renewals has come."""

    def reached(self, customer: str, run: str) -> int:
        """How many of the run's parties were gone through; 0 for a run that never began."""
        ...

    def reach(self, customer: str, run: str, count: int) -> None:
        """Keep that so many were gone through."""
        ...
