"""The files of data sets' people, in the screening bucket: short ranged reads, many at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from consentry.domain.errors import UnansweredError
from consentry.domain.reach.data_sets import PeopleFile
from consentry.domain.reach.people_file import holds

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READERS = 10
"""As many as botocore keeps connections for."""

GONE = frozenset({"NoSuchKey", "NoSuchVersion", "InvalidRange"})
"""S3's words for an object, a version, or a part of it that is not there (any more)."""


@dataclass(frozen=True)
class PeopleFilesInBucket:
    """The port `PeopleFiles`."""

    bucket: str
    client: Callable[[], "S3Client"]

    def may_list(self, files: Sequence[PeopleFile], party: str) -> Sequence[bool]:
        """Whether each lists the person; one that is gone or damaged may."""
        with ThreadPoolExecutor(READERS) as readers:
            return list(readers.map(partial(self._may_list, party), files))

    def _may_list(self, party: str, file: PeopleFile) -> bool:
        client = self.client()
        try:
            return holds(partial(self._read_part, file), party)
        except UnansweredError:
            return True
        except client.exceptions.ClientError as failed:
            if failed.response["Error"]["Code"] not in GONE:
                raise
            return True

    def _read_part(self, file: PeopleFile, offset: int, length: int) -> bytes:
        asked: dict[str, Any] = {"Bucket": self.bucket, "Key": file.key}
        asked |= {"Range": f"bytes={offset}-{offset + length - 1}"}
        # INVARIANT: the very version that the screening wrote. Whoever may write below the prefix could otherwise
        # put another file there, from which somebody is missing.
        asked |= {"VersionId": file.version} if file.version else {}
        return self.client().get_object(**asked)["Body"].read()
