"""A membership file is read in the version that was written. A deleted file may list anyone."""

import hashlib
from collections.abc import Iterator
from io import BytesIO

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from consentry.datasets.membership_file import MembershipFile, build_membership_file
from consentry.datasets.s3 import S3MembershipFileRepository
from consentry.screening.s3 import S3ObjectRepository

BUCKET = "screenings"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3ObjectRepository]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-west-1")
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield S3ObjectRepository(BUCKET, lambda: s3)


def written(bucket: S3ObjectRepository, key: str, *names: str) -> MembershipFile:
    content = build_membership_file(names)
    version, sha256 = bucket.write(key, BytesIO(content)), hashlib.sha256(content).hexdigest()
    return MembershipFile(
        key=key, version=version, sha256=sha256, bytes=len(content), people_count=len(names)
    )


def files_of(bucket: S3ObjectRepository) -> S3MembershipFileRepository:
    return S3MembershipFileRepository(bucket.bucket, bucket.client)


def test_membership_files_are_answered_one_by_one_in_order(bucket: S3ObjectRepository) -> None:
    some = [written(bucket, f"f{n}", "ann" if n % 3 == 0 else "bob", "eve") for n in range(30)]

    listed = files_of(bucket).may_contain(some, "ann")

    assert listed == [n % 3 == 0 for n in range(30)]
    assert files_of(bucket).may_contain([], "ann") == []


def test_a_replaced_membership_file_is_not_trusted(bucket: S3ObjectRepository) -> None:
    listing = written(bucket, "f", "ann", "bob")

    written(bucket, "f", "bob")

    assert files_of(bucket).may_contain([listing], "ann") == [True]


def test_a_replaced_membership_file_without_a_version_is_not_trusted(
    bucket: S3ObjectRepository,
) -> None:
    listing = written(bucket, "f", "ann", "bob").model_copy(update={"version": None})
    others = written(bucket, "g", "bob").model_copy(update={"version": None})

    written(bucket, "f", "bob")

    assert files_of(bucket).may_contain([listing, others], "ann") == [True, False]


def test_a_deleted_membership_file_is_read_by_version_or_may_contain_anybody(
    bucket: S3ObjectRepository,
) -> None:
    file, s3 = written(bucket, "f", "bob"), bucket.client()

    s3.delete_object(Bucket=BUCKET, Key="f")
    hidden = files_of(bucket).may_contain([file], "ann")
    s3.delete_object(Bucket=BUCKET, Key="f", VersionId=str(file.version))
    gone = files_of(bucket).may_contain([file], "ann")

    assert (hidden, gone) == ([False], [True])


@pytest.mark.parametrize(
    ("again", "ann", "bob"),
    [(("bob",), False, True), (("eve",), True, True)],
    ids=["same", "other"],
)
def test_a_missing_version_is_replaced_only_by_one_with_the_same_content(
    bucket: S3ObjectRepository, again: tuple[str, ...], ann: bool, bob: bool
) -> None:
    first = written(bucket, "f", "bob")
    written(bucket, "f", *again)

    bucket.client().delete_object(Bucket=BUCKET, Key="f", VersionId=str(first.version))

    listed = [files_of(bucket).may_contain([first], each)[0] for each in ("ann", "bob")]
    assert listed == [ann, bob]


def test_other_s3_errors_on_membership_files_are_raised(bucket: S3ObjectRepository) -> None:
    file = written(bucket, "f", "bob")
    elsewhere = S3MembershipFileRepository("no-such-bucket", bucket.client)

    with pytest.raises(ClientError):
        elsewhere.may_contain([file], "ann")
