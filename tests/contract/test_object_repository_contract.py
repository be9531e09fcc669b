"""The store of manifests, twice: in memory and in a bucket. What one promises the other does."""

from collections.abc import Iterator
from io import BytesIO

import boto3
import pytest
from moto import mock_aws

from consentry.kernel.errors import InvalidRequestError, NotFoundError
from consentry.kernel.strict_json import MAX_BYTES
from consentry.screening.repository import MediaType, ObjectRepository
from consentry.screening.s3 import S3ObjectRepository
from tests.testkit.fakes.object_repository import InMemoryObjectRepository

CONTENT = bytes(range(256)) * 9000


@pytest.fixture
def bucket() -> Iterator[S3ObjectRepository]:
    with mock_aws():
        client = boto3.client("s3")
        location = {"LocationConstraint": "eu-west-1"}
        client.create_bucket(Bucket="screening", CreateBucketConfiguration=location)  # type: ignore[arg-type]
        client.put_bucket_versioning(
            Bucket="screening", VersioningConfiguration={"Status": "Enabled"}
        )
        yield S3ObjectRepository("screening", lambda: client)


@pytest.fixture
def memory() -> InMemoryObjectRepository:
    return InMemoryObjectRepository(chunk=100_000)


@pytest.fixture(params=["memory", "bucket"])
def store(request: pytest.FixtureRequest) -> ObjectRepository:
    chosen: ObjectRepository = request.getfixturevalue(request.param)
    return chosen


@pytest.mark.parametrize("key", ["acme/manifests/m", "acme/manifests/a b+c%20d&\u00e9.jsonl"])
@pytest.mark.parametrize("content", [b"", CONTENT], ids=["empty", "long"])
def test_an_object_is_read_back_complete_and_in_order(
    store: ObjectRepository, key: str, content: bytes
) -> None:
    store.write(key, BytesIO(content))

    assert b"".join(store.read(key)) == content


def test_an_object_is_written_from_the_current_file_position(store: ObjectRepository) -> None:
    content = BytesIO(b"read already, to write")
    content.read(len("read already, "))

    store.write("k", content)

    assert b"".join(store.read("k")) == b"to write"


def media_type(store: ObjectRepository, key: str) -> str:
    if isinstance(store, InMemoryObjectRepository):
        return store.media_types[key]
    assert isinstance(store, S3ObjectRepository)
    return store.client().head_object(Bucket=store.bucket, Key=key)["ContentType"]


def test_an_object_is_stored_with_its_media_type(store: ObjectRepository) -> None:
    store.write("rows", BytesIO(b"x"))
    store.write("page", BytesIO(b"x"), MediaType.HTML)
    store.write_if_absent("report", BytesIO(b"{}"), MediaType.JSON)

    media_types = [media_type(store, key) for key in ("rows", "page", "report")]
    assert media_types == [
        "application/octet-stream",
        "text/html; charset=utf-8",
        "application/json",
    ]


def test_write_if_absent_keeps_the_existing_object_and_media_type(store: ObjectRepository) -> None:
    store.write("k", BytesIO(b"{}"), MediaType.JSON)

    store.write_if_absent("k", BytesIO(b"<p>late</p>"), MediaType.HTML)

    assert b"".join(store.read("k")) == b"{}"
    assert media_type(store, "k") == "application/json"


def passes(store: ObjectRepository, key: str) -> bool:
    if isinstance(store, InMemoryObjectRepository):
        return key in store.temporary
    assert isinstance(store, S3ObjectRepository)
    tags = store.client().get_object_tagging(Bucket=store.bucket, Key=key)["TagSet"]
    return tags == [{"Key": "consentry", "Value": "temporary"}]


def test_a_temporary_object_is_readable_and_tagged_as_temporary(
    store: ObjectRepository,
) -> None:
    store.write("stays", BytesIO(b"{}"), MediaType.JSON)
    store.write_temporary("passes", BytesIO(b"{}"), MediaType.JSON)

    assert [passes(store, key) for key in ("stays", "passes")] == [False, True]
    assert b"".join(store.read("passes")) == b"{}"
    assert media_type(store, "passes") == "application/json"


def test_a_missing_object_is_not_found(store: ObjectRepository) -> None:
    with pytest.raises(NotFoundError):
        list(store.read("acme/manifests/none"))


def test_a_request_is_read_with_its_version_id(bucket: S3ObjectRepository) -> None:
    bucket.write("r", BytesIO(b"one"))
    one, first = bucket.read_small("r")
    bucket.write("r", BytesIO(b"one"))
    again, second = bucket.read_small("r")

    assert one == again == b"one"
    assert first != second


def test_a_request_that_is_too_long_is_rejected_without_reading(bucket: S3ObjectRepository) -> None:
    bucket.write("r", BytesIO(b" " * (MAX_BYTES + 1)))

    with pytest.raises(InvalidRequestError, match="body"):
        bucket.read_small("r")
