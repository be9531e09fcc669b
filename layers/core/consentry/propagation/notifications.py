"""The events that notify the users of data sets about withdrawals.

Each may be sent twice, unchanged.
"""

from datetime import datetime
from typing import Literal, Protocol

from consentry.datasets.data_set import DataSet
from consentry.kernel.schema import Id, Sha256, StrictModel, UtcDatetime


class _DataSetEvent(StrictModel):
    schema_version: Literal[1] = 1
    customer: Id
    data_set_id: str
    decision_id: str
    withdrawal_id: str


class DataSetTainted(_DataSetEvent):
    """A party of a data set has withdrawn. `admitted`: the SHA-256 of the admitted rows."""

    admitted: Sha256
    tainted_at: UtcDatetime


class PermitRevoked(_DataSetEvent):
    """The permit of a data set was revoked."""

    permit_id: str
    revoked_at: UtcDatetime


class PropagationPublisher(Protocol):
    """Notifies the users of data sets. UnavailableError if a notification was not sent."""

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Notify them that a data set is tainted."""
        ...

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Notify them that the permit of a data set was revoked."""
        ...
