"""S3 in memory: the documented semantics of the calls that the screening's adapter makes."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from tests.testkit.fakes.dynamodb_errors import failed


class NoSuchKey(ClientError):  # noqa: N818 - AWS names it
    """There is no such object."""


class Exceptions:
    """What a client has as `exceptions`."""

    ClientError = ClientError
    NoSuchKey = NoSuchKey


class _Body(BytesIO):
    def iter_chunks(self, size: int) -> Any:
        """The bytes in pieces."""
        return iter(lambda: self.read(size), b"")


@dataclass
class FakeS3:
    """A client of one versioned bucket."""

    objects: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    exceptions: type = Exceptions

    def put_object(self, **asked: Any) -> dict[str, str]:
        """Put an object; with IfNoneMatch only where there is none."""
        key, body = asked["Key"], asked["Body"]
        if "IfNoneMatch" in asked and key in self.objects:
            raise failed("PreconditionFailed", "PutObject")
        version = self.objects.get(key, (b"", 0))[1] + 1
        self.objects[key] = (body if isinstance(body, bytes) else body.read(), version)
        return {"VersionId": str(version)}

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """An object and its version."""
        if Key not in self.objects:
            raise failed("NoSuchKey", "GetObject", NoSuchKey)
        content, version = self.objects[Key]
        return {
            "Body": _Body(content),
            "ContentLength": len(content),
            "VersionId": str(version),
            "ETag": str(version),
        }
