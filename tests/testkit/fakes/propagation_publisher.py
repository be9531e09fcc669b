"""A PropagationPublisher in memory that can fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from consentry.datasets.data_set import DataSet
from consentry.datasets.status import Outdated


@dataclass
class RecordingPublisher:
    """`events`: the type and the data set of each notification. `before` may raise.

    `successors`: those of DataSetOutdated events.
    """

    events: list[tuple[str, str]] = field(default_factory=list)
    successors: list[str | None] = field(default_factory=list)
    before: Callable[[str], None] = lambda kind: None

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Record a DataSetTainted event."""
        self._record("DataSetTainted", data_set)

    def publish_outdated(
        self, data_set: DataSet, outdated: Outdated, successor: str | None, at: datetime
    ) -> None:
        """Record a DataSetOutdated event."""
        self._record("DataSetOutdated", data_set)
        self.successors.append(successor)

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str | None, at: datetime) -> None:
        """Record a PermitRevoked event."""
        self._record("PermitRevoked", data_set)

    def _record(self, kind: str, data_set: DataSet) -> None:
        self.before(kind)
        self.events.append((kind, data_set.data_set_id))
