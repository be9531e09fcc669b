"""What a decision depends on: consent, terms, and a decision log, which `audit` opens.

The decision log stores decisions and screenings (audit/dynamodb.py). Screenings are built on
decisions, so this package describes the log by protocols, and `audit` implements them.
"""

from abc import abstractmethod
from typing import Protocol

from consentry.consent.open import ConsentDependencies
from consentry.decisions.decision import Decision, RequestRecord


class DecisionRow(Protocol):
    """What every row of the decision log has."""

    @property
    def request_record(self) -> RequestRecord:
        """The request that was decided."""


class DecisionRepository(Protocol):
    """The decision log; every decision is in it before it is answered."""

    def latest(self, decision_id: str) -> DecisionRow | None:
        """The last revision of a decision, strongly consistent."""

    def put(self, decision: Decision) -> bool:
        """Write the decision if its id and revision are free, once, without a transaction.

        False: they are taken, maybe by this decision and an earlier attempt. After any error it may
        be stored, now or later.
        """


class DecisionDependencies(ConsentDependencies):
    """The repositories that a decision reads and writes."""

    @property
    @abstractmethod
    def decisions(self) -> DecisionRepository:
        """The decision log; `audit` opens it."""
