"""Objects in memory: the port `ManifestStore`, in small chunks, with something to happen at a write."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

from consentry.domain.errors import NotFoundError
from consentry.domain.screening.screened import MediaType


@dataclass
class ObjectsInMemory:
    """`before_write` is told each key before it is written, and may raise."""

    objects: dict[str, bytes] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    passing: set[str] = field(default_factory=set)
    before_write: Callable[[str], None] = lambda key: None
    chunk: int = 7

    def read(self, key: str) -> Iterable[bytes]:
        """An object's bytes."""
        if key not in self.objects:
            raise NotFoundError("manifest")
        content = self.objects[key]
        return [content[at : at + self.chunk] for at in range(0, len(content), self.chunk)]

    def read_part(self, key: str, offset: int, length: int) -> bytes:
        """So many bytes of an object, fewer only where it ends."""
        return self.objects[key][offset : offset + length]

    def write(self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES) -> None:
        """Put an object."""
        self.before_write(key)
        self.objects[key] = content.read()
        self.media_types[key] = media_type

    def write_first(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object unless the key is taken."""
        self.before_write(key)
        if key not in self.objects:
            self.objects[key] = content.read()
            self.media_types[key] = media_type

    def write_passing(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object that may be gone some days later."""
        self.write(key, content, media_type)
        self.passing.add(key)
