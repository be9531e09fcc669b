"""What flows ask of the world, port by port: each flow names the slice that it needs, and sees no more of it."""

from typing import Protocol

from consentry.domain.terms.tables import Library
from consentry.flows.permit_ports import Permits
from consentry.flows.ports import (
    Bindings,
    Consents,
    DecisionHistory,
    Decisions,
    KeyRing,
)
from consentry.flows.reach_ports import DataSets, Reaches
from consentry.flows.signing_ports import SigningKeys


class WithKeys(Protocol):
    """Customers' keys and their people's names."""

    @property
    def keys(self) -> KeyRing:
        """The port."""
        ...


class WithConsents(Protocol):
    """Acts, and the states that they come to."""

    @property
    def consents(self) -> Consents:
        """The port."""
        ...


class WithSigners(Protocol):
    """The keys that customers sign acts with."""

    @property
    def signers(self) -> SigningKeys:
        """The port."""
        ...


class WithLaw(Protocol):
    """Which books bind each customer, and the books."""

    @property
    def bindings(self) -> Bindings:
        """The port."""
        ...

    @property
    def library(self) -> Library:
        """Every book that there is."""
        ...


class WithDecisions(Protocol):
    """The log, by decision."""

    @property
    def decisions(self) -> Decisions:
        """The port."""
        ...


class WithHistory(Protocol):
    """The log, by customer and time."""

    @property
    def history(self) -> DecisionHistory:
        """The port."""
        ...


class WithPermits(Protocol):
    """Permits and their redemptions."""

    @property
    def permits(self) -> Permits:
        """The port."""
        ...


class WithDataSets(Protocol):
    """What screenings left."""

    @property
    def data_sets(self) -> DataSets:
        """The port."""
        ...


class WithReaches(Protocol):
    """How far withdrawals have got."""

    @property
    def reaches(self) -> Reaches:
        """The port."""
        ...


class UnderLaw(WithConsents, WithLaw, Protocol):
    """Consents, and the law that they are read under."""


class Deciding(WithKeys, UnderLaw, WithDecisions, Protocol):
    """What a decision asks, on one request or on a manifest; and a permit, which stands on one."""
