"""Opens the propagations, and the bus on which users of data sets are notified."""

from functools import cached_property

from consentry.aws import clients
from consentry.datasets.open import DataSetDependencies
from consentry.propagation.dynamodb import PropagationRepository
from consentry.propagation.eventbridge import EventBridgePropagationPublisher, PropagationPublisher


class PropagationDependencies(DataSetDependencies):
    """The dependencies of use cases that propagate withdrawals."""

    @cached_property
    def propagations(self) -> PropagationRepository:
        """How far each withdrawal has propagated."""
        return PropagationRepository(self.table(self.settings.data_set_table))

    @cached_property
    def publisher(self) -> PropagationPublisher:
        """Notifies the users of data sets."""
        return EventBridgePropagationPublisher(self.settings.event_bus, clients.eventbridge)
