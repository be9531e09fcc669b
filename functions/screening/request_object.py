"""A screening request that arrived in the bucket: whose it is, read strictly, and kept if it is refused."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pydantic import ConfigDict

from consentry.kernel import errors
from consentry.kernel.authorization import Caller
from consentry.kernel.schema import Id, StrictModel
from consentry.kernel.strict_json import load_object
from consentry.manifests.screening_request import ObjectKey, ScreeningRequest
from consentry.screening.s3 import S3ObjectRepository
from consentry.screening.types import MediaType
from functions.adapters.eventbridge import read_event
from functions.adapters.observability import error_body

PERMANENT_ERRORS = (
    errors.InvalidRequestError,
    errors.ForbiddenCustomerError,
    errors.ConflictingIdError,
    errors.NotFoundError,
)
"""What stays wrong however often it is tried: told beside the request as well. The rest is tried again."""


class _Detail(StrictModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Bucket(_Detail):
    name: str


class _Object(_Detail):
    key: ObjectKey


class _Created(_Detail):
    bucket: _Bucket
    object: _Object


class _Place(StrictModel):
    customer: Id


@dataclass(frozen=True)
class RequestObject:
    """A request's key in the bucket: `<customer>/requests/<name>.json`, not URL-encoded."""

    key: str = field(repr=False)
    customer: str = field(repr=False)
    name: str = field(repr=False)

    @property
    def caller(self) -> Caller:
        """Who may write below a customer's prefix may ask for that customer and for no other."""
        return Caller.allowed("bucket", self.customer)

    def request(self, bucket: S3ObjectRepository) -> ScreeningRequest:
        """The request itself. Without a `request_id` the key and the version that was read are its id.

        It is the version read, not the one that the event tells of: events come late, twice and in any order.
        """
        body, version = bucket.read_small(self.key)
        default = hashlib.sha256(f"{self.key}#{version}".encode()).hexdigest()
        return ScreeningRequest.read({"request_id": default, **load_object(body)})

    @contextmanager
    def write_error_file(self, bucket: S3ObjectRepository) -> Iterator[None]:
        """Write a refusal beside the screenings, where its owner looks; then let it go on."""
        try:
            yield
        except PERMANENT_ERRORS as error:
            said = json.dumps(error_body(error), indent=2).encode() + b"\n"
            place = f"{self.customer}/screenings/errors/{self.name}.json"
            bucket.write(place, BytesIO(said), MediaType.JSON)
            raise


def read_request_object(event: Any, bucket: str) -> RequestObject:
    """The arrival that an event tells of; InvalidRequestError for any other event, bucket or key."""
    envelope = read_event(event, "Object Created")
    if envelope.source != "aws.s3":
        raise errors.InvalidRequestError("source", "is not aws.s3")
    created = _Created.read(envelope.detail)
    if created.bucket.name != bucket:
        raise errors.InvalidRequestError("detail.bucket.name", "is not the screening bucket")
    key = created.object.key
    customer, folder, file = (*key.split("/", 2), "", "")[:3]
    name = file.removesuffix(".json")
    if folder != "requests" or "/" in file or name in ("", file):
        raise errors.InvalidRequestError(
            "detail.object.key", "is not <customer>/requests/<name>.json"
        )
    return RequestObject(key, _Place.read({"customer": customer}).customer, name)
