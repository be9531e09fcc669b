"""What carrying a withdrawal to data sets asks of the world; each promise stands beside who relies on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.reach import Reach, ReachShown
from consentry.domain.reach.remedies import Kept, RegisteredModel, StatedRemedy, Taint


class DataSets(Protocol):
    """The data sets that screenings left, and what has become of them. Nothing in it is ever changed."""

    def record(self, data_set: DataSet) -> None:
        """Keep a record; the same again is the same."""
        ...

    def of(self, data_set_id: str) -> DataSet | None:
        """One record, strongly consistent."""
        ...

    def of_customer(self, customer: str) -> Iterable[DataSet]:
        """All records of a customer, strongly consistent."""
        ...

    def kept_of(self, data_set_id: str) -> Kept:
        """Models, taints and remedies of a data set, strongly consistent."""
        ...

    def register(self, data_set_id: str, model: RegisteredModel) -> RegisteredModel:
        """Keep a model; what came first under this model id stays, and is what is returned."""
        ...

    def taint(self, data_set_id: str, taint: Taint) -> None:
        """Mark a data set for a withdrawal; marked for it already, it stays so since then."""
        ...

    def state(self, data_set_id: str, remedy: StatedRemedy) -> None:
        """Keep what is to be done; stated already, it stays so since then."""
        ...


class Reaches(Protocol):
    """How far each withdrawal has got."""

    def begin(self, reach: Reach) -> Reach:
        """Keep the beginning of a reach; what came first stays, and is what is returned."""
        ...

    def shown(self, withdrawal_id: str) -> ReachShown | None:
        """How far it has got, strongly consistent; None if it has not begun."""
        ...

    def found(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """A data set holds the person."""
        ...

    def landed(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """A data set was marked, and that was told."""
        ...

    def finish(self, withdrawal_id: str, at: datetime) -> bool:
        """Every data set was found and reached; whether this call was the first to say so."""
        ...


class PeopleFiles(Protocol):
    """The files of data sets' people."""

    def read_part(self, key: str, offset: int, length: int) -> bytes:
        """So many bytes of an object from an offset on, fewer only where it ends."""
        ...


class Announcements(Protocol):
    """Those who use data sets. What they are told may come twice; UnansweredError if it could not be told."""

    def tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Tell that a data set is tainted."""
        ...

    def revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Tell that its permit was revoked."""
        ...
