"""Who is notified of tainted data sets and revoked permits."""

from datetime import datetime
from typing import Protocol

from consentry.datasets.data_set import DataSet


class PropagationPublisher(Protocol):
    """Notifies the users of data sets. A notification may be sent twice; UnavailableError if it was not sent."""

    def publish_tainted(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Notify that a data set is tainted."""
        ...

    def publish_revoked(self, data_set: DataSet, withdrawal_id: str, at: datetime) -> None:
        """Notify that the permit of a data set was revoked."""
        ...
