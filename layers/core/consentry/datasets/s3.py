"""Membership files in the screening bucket, read in short ranges and many at once."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from consentry.datasets.membership_file import MembershipFile, contains
from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READERS = 10
"""The number of connections that botocore keeps open."""

MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "InvalidRange"})
"""S3's error codes for a missing object, version or range."""


@dataclass(frozen=True)
class S3MembershipFileRepository:
    """A MembershipFileRepository in a bucket."""

    bucket: str
    client: Callable[[], "S3Client"]

    def may_contain(self, files: Sequence[MembershipFile], party: str) -> Sequence[bool]:
        """Whether each file lists the person; True for a file that is missing or damaged."""
        self.client()  # Opened before the threads start: otherwise each thread would open one.
        with ThreadPoolExecutor(READERS) as readers:
            return list(readers.map(partial(self._may_contain, party), files))

    def _may_contain(self, party: str, file: MembershipFile) -> bool:
        if file.version is None:
            # A bucket without versions: anyone with write access could have replaced the object.
            return self._may_contain_current(party, file)
        try:
            return contains(partial(self._read_range, file), party)
        except UnavailableError:
            return True
        except _MissingError:
            return self._may_contain_current(party, file)

    def _may_contain_current(self, party: str, file: MembershipFile) -> bool:
        """Look up the person in the current version, if its content is what the screening wrote.

        A screening that was delivered again writes the same content as a new version.
        """
        try:
            content = self._read(Key=file.key)
        except _MissingError:
            return True
        if hashlib.sha256(content).hexdigest() != file.sha256:
            return True
        try:
            return contains(lambda offset, length: content[offset : offset + length], party)
        except UnavailableError:
            return True

    def _read_range(self, file: MembershipFile, offset: int, length: int) -> bytes:
        # INVARIANT: only the version that the screening wrote. Otherwise anyone with write access
        # to the prefix could replace the file by one that omits a person.
        bytes_read = f"bytes={offset}-{offset + length - 1}"
        return self._read(Key=file.key, Range=bytes_read, VersionId=file.version)

    def _read(self, **request: Any) -> bytes:
        client = self.client()
        try:
            return client.get_object(Bucket=self.bucket, **request)["Body"].read()
        except client.exceptions.ClientError as failed:
            if failed.response["Error"]["Code"] in MISSING:
                raise _MissingError from failed
            raise


class _MissingError(Exception):
    """The object, version or range does not exist."""
