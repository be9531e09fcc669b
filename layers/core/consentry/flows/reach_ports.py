"""What carrying a withdrawal to data sets asks of the world; each promise stands beside who relies on it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from consentry.domain.reach.data_sets import DataSet, PeopleFile
from consentry.domain.reach.reach import Reach, ReachShown
from consentry.domain.reach.remedies import Kept, RegisteredModel, Taint


class DataSets(Protocol):
    """The data sets that screenings left, and what has become of them. Nothing in it is ever changed."""

    def record(self, data_set: DataSet) -> None:
        """Keep a record; the same again is the same."""
        ...

    def of(self, data_set_id: str) -> DataSet | None:
        """One record, strongly consistent."""
        ...

    def of_customer(self, customer: str, after: str | None = None) -> Iterable[DataSet]:
        """All records of a customer in the order of their ids, strongly consistent; from `after` (an id) on."""
        ...

    def kept_of(self, data_set_id: str) -> Kept:
        """Models and marks of a data set, strongly consistent."""
        ...

    def register(self, data_set_id: str, model: RegisteredModel) -> RegisteredModel:
        """Keep a model; what came first under this model id stays, and is what is returned."""
        ...

    def taint(self, data_set_id: str, taint: Taint) -> Taint:
        """Mark a data set for a withdrawal; marked for it already, it stays so since then: that is returned."""
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

    def looked(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """All data sets up to this id were looked at, and what was found is kept."""
        ...

    def looked_until(self, withdrawal_id: str) -> str | None:
        """The last data set that was so looked at, strongly consistent; None if none was."""
        ...

    def landed(self, withdrawal_id: str, data_set_id: str, at: datetime) -> None:
        """A data set was marked, and that was told."""
        ...

    def finish(self, withdrawal_id: str, at: datetime) -> bool:
        """Every data set was found and reached; whether this call was the first to say so."""
        ...


class PeopleFiles(Protocol):
    """The files of data sets' people."""

    def may_list(self, files: Sequence[PeopleFile], party: str) -> Sequence[bool]:
        """Whether each lists the person of this name, in their order.

        INVARIANT: of a file that is gone or damaged nobody can say that somebody is not in it: it may list
        everybody. What could not be read for another reason is raised.
        """
        ...


class Announcements(Protocol):
    """Those who use data sets. What they are told may come twice; UnansweredError if it could not be told."""

    def tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Tell that a data set is tainted."""
        ...

    def revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Tell that its permit was revoked."""
        ...
