"""Objects in memory: the ports `ObjectRepository` and `MembershipFileRepository`, in small chunks, with something to happen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import IO

from consentry.datasets.data_set import MembershipFile
from consentry.datasets.membership_file import contains
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.screening.types import MediaType


@dataclass
class InMemoryObjectRepository:
    """`before_write` and `before_read` (of a file of people) are told each key before, and may raise."""

    objects: dict[str, bytes] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    temporary: set[str] = field(default_factory=set)
    before_write: Callable[[str], None] = lambda key: None
    before_read: Callable[[str], None] = lambda key: None
    chunk: int = 7

    def read(self, key: str) -> Iterable[bytes]:
        """An object's bytes."""
        if key not in self.objects:
            raise NotFoundError("manifest")
        content = self.objects[key]
        return [content[at : at + self.chunk] for at in range(0, len(content), self.chunk)]

    def may_contain(self, files: Sequence[MembershipFile], party: str) -> Sequence[bool]:
        """Whether each lists the person; one that is gone or damaged may."""
        return [self._may_contain(file, party) for file in files]

    def part(self, key: str, offset: int, length: int) -> bytes:
        """So many bytes of an object, fewer only where it ends."""
        return self.objects[key][offset : offset + length]

    def _may_contain(self, file: MembershipFile, party: str) -> bool:
        self.before_read(file.key)
        try:
            return contains(partial(self.part, file.key), party)
        except (KeyError, UnavailableError):
            return True

    def write(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> str | None:
        """Put an object."""
        self.before_write(key)
        self.objects[key] = content.read()
        self.media_types[key] = media_type
        return None

    def write_if_absent(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object unless the key is taken."""
        self.before_write(key)
        if key not in self.objects:
            self.objects[key] = content.read()
            self.media_types[key] = media_type

    def write_temporary(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object that may be gone some days later."""
        self.write(key, content, media_type)
        self.temporary.add(key)
