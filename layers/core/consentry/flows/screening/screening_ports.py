"""What a screening asks: what a decision asks, the place where manifests lie and outputs go, and data sets."""

from collections.abc import Iterable
from typing import IO, Protocol

from consentry.domain.screening.screened import MediaType
from consentry.flows.worlds import Deciding, WithDataSets


class ManifestStore(Protocol):
    """Objects by key, in the place that a screening request came from."""

    def read(self, key: str) -> Iterable[bytes]:
        """An object's bytes, in order and whole, or an error; NotFoundError if there is none."""
        ...

    def write(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> str | None:
        """Put an object, from the content's present position on; it is whole or it is not there.

        Returns the name of the version that was put, where versions are kept.
        """
        ...

    def write_first(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object unless there is one already, whatever it holds; then that one stays as it is."""
        ...

    def write_passing(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object as `write` does that may be gone some days later."""
        ...


class Sorting(Deciding, WithDataSets, Protocol):
    """What a screening asks."""

    @property
    def files(self) -> ManifestStore:
        """The port."""
        ...
