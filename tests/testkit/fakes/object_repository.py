"""Objects and membership files in memory, read in small chunks, with hooks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import IO

from consentry.datasets.membership_file import MembershipFile, contains
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.screening.repository import MediaType


@dataclass
class InMemoryObjectRepository:
    """`before_write` and `before_read` (of a membership file) get each key first, and may raise."""

    objects: dict[str, bytes] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    temporary: set[str] = field(default_factory=set)
    before_write: Callable[[str], None] = lambda key: None
    before_read: Callable[[str], None] = lambda key: None
    chunk: int = 7

    def read(self, key: str) -> Iterable[bytes]:
        """Read an object."""
        if key not in self.objects:
            raise NotFoundError("manifest")
        content = self.objects[key]
        return [content[at : at + self.chunk] for at in range(0, len(content), self.chunk)]

    def may_contain(self, files: Sequence[MembershipFile], party: str) -> Sequence[bool]:
        """Whether each file contains the person. A missing or damaged file may contain anybody."""
        return [self._may_contain(file, party) for file in files]

    def part(self, key: str, offset: int, length: int) -> bytes:
        """Read a number of bytes of an object, fewer only at its end."""
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
        """Put an object if the key is free."""
        self.before_write(key)
        if key not in self.objects:
            self.objects[key] = content.read()
            self.media_types[key] = media_type

    def write_temporary(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object that expires some days later."""
        self.write(key, content, media_type)
        self.temporary.add(key)
