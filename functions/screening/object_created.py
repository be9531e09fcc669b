"""S3: a screening request was written to the bucket. Its manifest is screened and its report stored."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.kernel import errors
from consentry.kernel.authorization import Caller, Permission, trigger_identity
from consentry.kernel.schema import Id, StrictModel
from consentry.kernel.strict_json import load_object
from consentry.manifests.screening_request import ObjectKey, ScreeningRequest
from consentry.screening.progress import StepProgress
from consentry.screening.repository import MediaType
from consentry.screening.s3 import S3ObjectRepository
from consentry.screening_jobs.issue_permit import PermitIssuer
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.screening_jobs.screen_manifest import screen_manifest
from functions.adapters.eventbridge import AwsDocument, read_event
from functions.adapters.observability import (
    UNEXPECTED,
    error_body,
    log_decision,
    logged_failures,
    logger,
)
from functions.adapters.remaining_time import limited_by_remaining_time

BELOW_REQUESTS = re.compile(r"([^/]+)/requests/(.*)", re.DOTALL)

PERMANENT_ERRORS = (
    errors.InvalidRequestError,
    errors.ForbiddenCustomerError,
    errors.ConflictingIdError,
    errors.NotFoundError,
)
"""A retry cannot repair these."""

LAST_SECONDS = 30
"""A screening stops this many seconds before Lambda ends the function, so that it can say why."""


class _Bucket(AwsDocument):
    name: str


class _Object(AwsDocument):
    key: ObjectKey


class _ObjectCreated(AwsDocument):
    bucket: _Bucket
    object: _Object


class _Prefix(StrictModel):
    customer: Id


@dataclass(frozen=True)
class RequestObject:
    """An object below `<customer>/requests/` in the bucket. `key` and `name`, its rest, are not URL-encoded."""

    key: str = field(repr=False)
    customer: str = field(repr=False)
    name: str = field(repr=False)

    @property
    def is_folder(self) -> bool:
        """Whether this is the empty object that the S3 console writes for a folder."""
        return self.key.endswith("/")

    def require_request_key(self) -> None:
        """Raise InvalidRequestError unless the key is `<customer>/requests/<name>.json`."""
        name = self.name.removesuffix(".json")
        if name in ("", self.name) or "/" in name:
            problem = "is not <customer>/requests/<name>.json"
            raise errors.InvalidRequestError("detail.object.key", problem)
        _Prefix.read({"customer": self.customer})

    @property
    def caller(self) -> Caller:
        """A principal that may write below a customer's prefix may screen for that customer and no other."""
        return Caller.allowed(trigger_identity("bucket"), self.customer, {Permission.DECIDE})

    def request(self, bucket: S3ObjectRepository) -> ScreeningRequest:
        """The request. Without a `request_id`, its id is derived from the key and the version that was read.

        S3 events arrive late, twice and in any order, so the version of the event is not used.
        """
        body, version = bucket.read_small(self.key)
        default = hashlib.sha256(f"{self.key}#{version}".encode()).hexdigest()
        return ScreeningRequest.read({"request_id": default, **load_object(body)})

    @property
    def error_key(self) -> str:
        """The key of the error file. A name without `.json` at its end keeps all of it."""
        return f"{self.customer}/screenings/errors/{self.name.removesuffix('.json')}.json"

    @contextmanager
    def error_file(self, bucket: S3ObjectRepository) -> Iterator[None]:
        """Write any error to the error file, and raise it again. Without an error, clear the file.

        The file of a permanent error has `"retried": false`. A handler cannot know which attempt is
        the last, so each one that fails unexpectedly writes the file.
        """
        try:
            yield
        except PERMANENT_ERRORS as error:
            self._write_error(bucket, error_body(error), retried=False)
            raise
        except errors.ConsentryError as error:
            self._write_error(bucket, error_body(error), retried=True)
            raise
        except Exception:
            body = error_body(errors.UnavailableError(UNEXPECTED))
            self._write_error(bucket, body, retried=True)
            raise
        if bucket.exists(self.error_key):
            # No role may delete an object.
            self._write_error(bucket, dict.fromkeys(("error", "field", "problem")), retried=False)

    def _write_error(
        self, bucket: S3ObjectRepository, body: Mapping[str, str | None], *, retried: bool
    ) -> None:
        document = {**body, "request": self.key, "retried": retried}
        content = json.dumps(document, indent=2).encode() + b"\n"
        bucket.write(self.error_key, BytesIO(content), MediaType.JSON)


@logger.inject_lambda_context
@logged_failures()
@limited_by_remaining_time
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Screen the manifest of one request; `{}` for a folder.

    After the last retry the event goes to the dead-letter queue.
    """
    deps = ScreeningDependencies.open(os.environ)
    request_object = read_request_object(event, deps.settings.screening_bucket)
    if request_object.is_folder:
        return {}
    with request_object.error_file(deps.bucket):
        request_object.require_request_key()
        decision = screen_manifest(
            request_object.request(deps.bucket),
            caller=request_object.caller,
            at=datetime.now(UTC),
            deps=deps,
            progress=_Progress(context),
            issuer=PermitIssuer(deps.settings.permit_issuer, deps.permit_signer, deps.permits),
        )
    log_decision(decision)
    return {"decision_id": decision.decision_id, "outcome": decision.outcome}


def read_request_object(event: Any, bucket: str) -> RequestObject:
    """The request object of an event; InvalidRequestError for another event, bucket or key."""
    envelope = read_event(event, "Object Created")
    if envelope.source != "aws.s3":
        raise errors.InvalidRequestError("source", "is not aws.s3")
    created = _ObjectCreated.read(envelope.detail)
    if created.bucket.name != bucket:
        raise errors.InvalidRequestError("detail.bucket.name", "is not the screening bucket")
    below = BELOW_REQUESTS.fullmatch(created.object.key)
    if below is None:
        problem = "is not below <customer>/requests/"
        raise errors.InvalidRequestError("detail.object.key", problem)
    return RequestObject(below[0], *below.groups())


class _Progress:
    """Logs the progress, and stops before the time of the function ends."""

    def __init__(self, context: LambdaContext) -> None:
        self._context, self._logged = context, StepProgress(_log_progress)

    def __call__(self, done: int, total: int) -> None:
        self._logged(done, total)
        if self._context.get_remaining_time_in_millis() < LAST_SECONDS * 1000:
            raise errors.UnavailableError(
                "the screening takes longer than the function may: split the manifest, but no recording"
            )


def _log_progress(done: int, total: int) -> None:
    if done < total:  # The end is logged with the decision.
        logger.info("in progress", extra={"done": done, "total": total})
