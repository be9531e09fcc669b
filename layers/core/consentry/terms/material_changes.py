"""Material changes: for which uses a version of a book voids the consents given before it, until renewed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consentry.kernel.vocabulary import Operation, Service


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """From `at` on, what was granted before it for these uses is outdated; without a service, for every service.

    Declared by a person beside the version, never inferred from a text: a typo changes nothing.
    """

    at: datetime
    operation: Operation
    service: Service | None = None

    def concerns(self, operation: Operation, service: Service) -> bool:
        """Whether it voids consents to this use."""
        return self.operation is operation and self.service in (None, service)


def last_change(
    changes: Iterable[MaterialChange], operation: Operation, service: Service, *, at: datetime
) -> datetime | None:
    """When a use was last changed materially, as seen at a moment; None if it never was."""
    concerning = (c.at for c in changes if c.at <= at and c.concerns(operation, service))
    return max(concerning, default=None)
