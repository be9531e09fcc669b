"""The gate of the template, from a screened manifest to the training job."""

import hashlib
from typing import Any

import pytest

from tests.testkit.api.fixtures import Customer
from tests.testkit.api.permits import screened

PARAMETERS = {"instance_type": "ml.g5.xlarge", "volume_gb": 50, "max_runtime_seconds": 3600}
GATE = "GateTrainingStateMachine"


def jobs(acme: Customer) -> set[str]:
    listed = acme.cloud.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    return {job["TrainingJobName"] for job in listed}


def test_the_job_reads_exactly_the_bytes_that_were_admitted(acme: Customer) -> None:
    permitted, before = screened(acme), jobs(acme)

    execution = acme.cloud.execute(GATE, {"permit": permitted.permit, "training": PARAMETERS})

    assert execution.status == "SUCCEEDED"
    (started,) = jobs(acme) - before
    sagemaker = acme.cloud.client("sagemaker")
    (channel,) = sagemaker.describe_training_job(TrainingJobName=started)["InputDataConfig"]
    bucket, _, key = channel["DataSource"]["S3DataSource"]["S3Uri"][5:].partition("/")
    s3 = acme.cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=key)["Contents"]
    content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    sha256 = permitted.report["outputs"]["admitted"]["sha256"]
    assert [each["Key"] for each in listed] == [key]
    assert hashlib.sha256(content).hexdigest() == sha256 == key.split("/")[-2]


@pytest.mark.parametrize(
    "changes",
    [
        {"request": {"data": ["service_generated"]}},
        {"InputDataConfig": []},
        {"permit": "e30.e30.e30"},
        {"training": PARAMETERS | {"InputDataConfig": []}},
        {"training": PARAMETERS | {"OutputDataConfig": {"S3OutputPath": "s3://x"}}},
    ],
    ids=str,
)
def test_an_input_with_anything_else_starts_no_job(acme: Customer, changes: dict[str, Any]) -> None:
    permitted, before = screened(acme), jobs(acme)

    execution = acme.cloud.execute(
        GATE, {"permit": permitted.permit, "training": PARAMETERS} | changes
    )

    assert (execution.status, execution.error) == ("FAILED", "Consentry.Denied")
    assert jobs(acme) == before


def test_no_job_starts_after_a_withdrawal(acme: Customer) -> None:
    permitted, before = screened(acme), jobs(acme)
    acme.withdraws("ann")

    execution = acme.cloud.execute(GATE, {"permit": permitted.permit, "training": PARAMETERS})

    assert (execution.status, execution.error) == ("FAILED", "Consentry.Denied")
    assert jobs(acme) == before
