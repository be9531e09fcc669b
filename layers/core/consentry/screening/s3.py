"""The S3 bucket of screening requests, manifests and outputs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from consentry.kernel.errors import InvalidRequestError, NotFoundError
from consentry.kernel.strict_json import MAX_BYTES
from consentry.screening.repository import MediaType

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 1024 * 1024
TEMPORARY = "consentry=temporary"
"""The tag of temporary objects: a lifecycle rule deletes them (infra/stacks/storage.yaml)."""


@dataclass(frozen=True)
class S3ObjectRepository:
    """An `ObjectRepository` in S3, which also reads requests."""

    bucket: str
    client: Callable[[], "S3Client"]

    def read(self, key: str) -> Iterable[bytes]:
        """An object's bytes in chunks; botocore raises if the body is shorter than S3 announced."""
        body: Iterable[bytes] = self._get(key, "manifest")["Body"].iter_chunks(CHUNK)
        return body

    def write(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> str | None:
        """Put an object; returns its version id in a bucket with versioning."""
        return self._put(key, content, media_type)

    def write_if_absent(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object unless the key exists; of two concurrent calls, S3 lets one win."""
        try:
            self._put(key, content, media_type, IfNoneMatch="*")
        except self.client().exceptions.ClientError as failed:
            if failed.response["Error"]["Code"] != "PreconditionFailed":
                raise

    def write_temporary(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> None:
        """Put an object with the tag of temporary objects."""
        self._put(key, content, media_type, Tagging=TEMPORARY)

    def read_small(self, key: str) -> tuple[bytes, str]:
        """The bytes of a request and its version; InvalidRequestError if it is too long."""
        found = self._get(key, "request")
        if found["ContentLength"] > MAX_BYTES:
            raise InvalidRequestError("body", f"is longer than {MAX_BYTES} bytes")
        return found["Body"].read(), found.get("VersionId") or found["ETag"]

    def exists(self, key: str) -> bool:
        """Whether an object exists."""
        listed = self.client().list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        return [each["Key"] for each in listed.get("Contents", [])] == [key]

    def _put(
        self, key: str, content: IO[bytes], media_type: MediaType, **options: Any
    ) -> str | None:
        put = self.client().put_object(
            Bucket=self.bucket, Key=key, Body=content, ContentType=media_type, **options
        )
        return put.get("VersionId")

    def _get(self, key: str, what: str) -> Any:
        client = self.client()
        try:
            return client.get_object(Bucket=self.bucket, Key=key)
        except client.exceptions.NoSuchKey:
            raise NotFoundError(what) from None
