"""What a decision depends on: consent, terms, and a decision log, which `audit` opens."""

from abc import abstractmethod

from consentry.consent.open import ConsentDependencies
from consentry.decisions.repository import DecisionRepository


class DecisionDependencies(ConsentDependencies):
    """The repositories that a decision reads and writes."""

    @property
    @abstractmethod
    def decisions(self) -> DecisionRepository:
        """The decision log; `audit` opens it."""
