"""What a decision depends on: consent, terms, and a decision log, which `audit` opens.

The decision log stores decisions and screenings (audit/dynamodb.py). Screenings are built on
decisions, so this package describes the log by protocols, and `audit` implements them.
"""

from abc import abstractmethod
from typing import Protocol

from consentry.consent.open import ConsentDependencies
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import Decision, RequestRecord


class DecisionRow(Protocol):
    """What every row of the decision log has."""

    @property
    def request_record(self) -> RequestRecord:
        """The request that was decided."""


class DecisionRepository(Protocol):
    """The decision log; every row is committed before it is answered."""

    def latest(self, decision_id: str) -> DecisionRow | None:
        """The last revision of a decision, strongly consistent."""

    def commit(self, decision: Decision, preconditions: CommitPreconditions) -> None:
        """Write the decision if none of its preconditions changed, in one transaction.

        ConsentChangedError if one changed, AlreadyDecidedError if this revision exists with other
        content (nothing was written in both cases). After a lost response the row is read: the call
        returns normally only when it is stored.
        """


class DecisionDependencies(ConsentDependencies):
    """The repositories that a decision reads and writes."""

    @property
    @abstractmethod
    def decisions(self) -> DecisionRepository:
        """The decision log; `audit` opens it."""
