"""The sample state machine, interpreted by moto: no training job without a redeemed permit."""

from typing import Any

import pytest

from consentry_emulator.emulator import Emulator

RUN = {
    "run_id": "execution-a",
    "permit_id": "acme~permit",
    "decision_id": "acme~decision",
    "job_name": "consentry-a-b",
    "admitted_uri": "s3://screening/acme/screenings/a/files/b/admitted.jsonl",
    "instance_type": "ml.m5.large",
    "instance_count": 1,
    "volume_gb": 10,
    "max_runtime_seconds": 60,
    "hyperparameters": {"epochs": "3"},
}
OTHER_DATA = [{"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://other"}}}]


def jobs(emulator: Emulator) -> list[str]:
    listed = emulator.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    return [job["TrainingJobName"] for job in listed]


def test_a_redeemed_permit_starts_a_job_on_the_file_of_the_permit_only(probes: Emulator) -> None:
    caller = {"InputDataConfig": OTHER_DATA, "admitted_uri": "s3://other", "job_name": "other"}

    execution = probes.execute("GateTraining", {"answer": RUN, "training": caller} | caller)

    assert execution.status == "SUCCEEDED"
    assert jobs(probes) == [RUN["job_name"]]
    job = probes.client("sagemaker").describe_training_job(TrainingJobName=RUN["job_name"])
    (channel,) = job["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == RUN["admitted_uri"]
    assert job["AlgorithmSpecification"]["TrainingImage"] == "image"
    assert job["OutputDataConfig"]["S3OutputPath"] == "s3://models/out"
    assert "s3://other" not in str(job)


def test_the_task_gets_the_executions_id_and_the_use_of_the_gate(probes: Emulator) -> None:
    probes.execute("GateTraining", {"answer": RUN, "use": "other", "execution": "other"})

    (delivery,) = probes.deliveries
    event: dict[str, Any] = delivery.event
    assert event["execution"].startswith("arn:aws:states:")
    assert event["use"] == {"operation": "fine_tune", "service": "meeting_summary"}
    assert event["model_owner"] == "first_party"
    assert event["input"] == {"answer": RUN, "use": "other", "execution": "other"}


@pytest.mark.parametrize(
    ("execution_input", "error"),
    [
        ({"denied": True}, "Consentry.Denied"),
        ({"fail": "the table is unavailable"}, "Consentry.Unavailable"),
        ({"answer": None}, None),
        ({"answer": {name: RUN[name] for name in RUN if name != "admitted_uri"}}, None),
    ],
    ids=["denied", "raised", "nothing", "no file"],
)
def test_anything_else_fails_the_execution_and_starts_nothing(
    probes: Emulator, execution_input: dict[str, Any], error: str | None
) -> None:
    execution = probes.execute("GateTraining", execution_input)

    assert execution.status == "FAILED"
    assert error in (None, execution.error)
    assert jobs(probes) == []


def test_only_constants_and_the_tasks_result_start_a_job(probes: Emulator) -> None:
    (machine,) = probes.wiring.machines
    states = machine.definition["States"]

    # The result of the task replaces the input of the execution, and lists its fields.
    assert states["RedeemPermit"]["ResultPath"] == "$"
    assert set(states["RedeemPermit"]["ResultSelector"]) == {f"{name}.$" for name in RUN}
    assert states["Train"]["Parameters"]["EnableNetworkIsolation"] is True
    assert states["Train"]["Parameters"]["Environment"] == {
        "CONSENTRY_PERMIT_ID.$": "$.permit_id",
        "CONSENTRY_RUN_ID.$": "$.run_id",
        "CONSENTRY_DECISION_ID.$": "$.decision_id",
    }
