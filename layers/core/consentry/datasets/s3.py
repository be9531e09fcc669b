"""The files of data sets' people, in the screening bucket: short ranged reads, many at once."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from consentry.datasets.data_set import MembershipFile
from consentry.datasets.membership_file import contains
from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READERS = 10
"""As many as botocore keeps connections for."""

GONE = frozenset({"NoSuchKey", "NoSuchVersion", "InvalidRange"})
"""S3's words for an object, a version, or a part of it that is not there (any more)."""


@dataclass(frozen=True)
class S3MembershipFileRepository:
    """The port `MembershipFileRepository`."""

    bucket: str
    client: Callable[[], "S3Client"]

    def may_contain(self, files: Sequence[MembershipFile], party: str) -> Sequence[bool]:
        """Whether each lists the person; one that is gone or damaged may."""
        self.client()  # Opened here: threads would each open one.
        with ThreadPoolExecutor(READERS) as readers:
            return list(readers.map(partial(self._may_contain, party), files))

    def _may_contain(self, party: str, file: MembershipFile) -> bool:
        try:
            return contains(partial(self._read_part, file), party)
        except UnavailableError:
            return True
        except _GoneError:
            return self._may_contain_current(party, file)

    def _may_contain_current(self, party: str, file: MembershipFile) -> bool:
        """By what lies under the key now, if it is the same to the letter: a second try writes it once more."""
        try:
            content = self._read(Key=file.key)
        except _GoneError:
            return True
        if hashlib.sha256(content).hexdigest() != file.sha256:
            return True
        return contains(lambda offset, length: content[offset : offset + length], party)

    def _read_part(self, file: MembershipFile, offset: int, length: int) -> bytes:
        # INVARIANT: the very version that the screening wrote. Whoever may write below the prefix could otherwise
        # put another file there, from which somebody is missing.
        version = {"VersionId": file.version} if file.version else {}
        return self._read(Key=file.key, Range=f"bytes={offset}-{offset + length - 1}", **version)

    def _read(self, **asked: Any) -> bytes:
        client = self.client()
        try:
            return client.get_object(Bucket=self.bucket, **asked)["Body"].read()
        except client.exceptions.ClientError as failed:
            if failed.response["Error"]["Code"] in GONE:
                raise _GoneError from failed
            raise


class _GoneError(Exception):
    """Nothing is there to be read."""
