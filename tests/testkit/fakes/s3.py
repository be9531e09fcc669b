"""S3 in memory, with the documented semantics of the calls that screenings make."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from tests.testkit.fakes.dynamodb_errors import failed


class NoSuchKey(ClientError):  # noqa: N818 - AWS names it
    """The object does not exist."""


class Exceptions:
    """The attribute `exceptions` of a client."""

    ClientError = ClientError
    NoSuchKey = NoSuchKey


class _Body(BytesIO):
    def iter_chunks(self, size: int) -> Any:
        """Yield the bytes in chunks."""
        return iter(lambda: self.read(size), b"")


@dataclass
class FakeS3:
    """A client with one versioned bucket."""

    objects: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    exceptions: type = Exceptions

    def put_object(self, **use_request: Any) -> dict[str, str]:
        """Put an object. With IfNoneMatch, only if there is none."""
        key, body = use_request["Key"], use_request["Body"]
        if "IfNoneMatch" in use_request and key in self.objects:
            raise failed("PreconditionFailed", "PutObject")
        version = self.objects.get(key, (b"", 0))[1] + 1
        self.objects[key] = (body if isinstance(body, bytes) else body.read(), version)
        return {"VersionId": str(version)}

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Get an object and its version."""
        if Key not in self.objects:
            raise failed("NoSuchKey", "GetObject", NoSuchKey)
        content, version = self.objects[Key]
        return {
            "Body": _Body(content),
            "ContentLength": len(content),
            "VersionId": str(version),
            "ETag": str(version),
        }

    def list_objects_v2(self, *, Prefix: str, MaxKeys: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        """List the first keys with a prefix; without any there are no `Contents`."""
        keys = sorted(key for key in self.objects if key.startswith(Prefix))[:MaxKeys]
        return {"Contents": [{"Key": key} for key in keys]} if keys else {}
