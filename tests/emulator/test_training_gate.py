"""The sample state machine, interpreted by moto: no training job without an allow."""

from typing import Any

import pytest

from consentry_emulator.emulator import Emulator

TRAINING = {
    "TrainingJobName": "summaries-7",
    "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
    "InputDataConfig": [],
    "OutputDataConfig": {"S3OutputPath": "s3://models/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


def jobs(emulator: Emulator) -> list[str]:
    listed = emulator.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    return [job["TrainingJobName"] for job in listed]


def test_an_allow_starts_the_job(probes: Emulator) -> None:
    allowed = {"answer": {"outcome": "allow", "decision_id": "acme~1"}}

    execution = probes.execute("GateTraining", {"request": allowed, "training": TRAINING})

    assert execution.status == "SUCCEEDED"
    assert jobs(probes) == ["summaries-7"]
    assert [delivery.function for delivery in probes.deliveries] == ["Gate"]


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"answer": {"outcome": "deny", "decision_id": "acme~2"}}, "Consentry.Denied"),
        ({"answer": {"outcome": "ALLOW", "decision_id": "acme~2"}}, "Consentry.Denied"),
        ({"answer": {"outcome": None, "decision_id": "acme~2"}}, "Consentry.Denied"),
        ({"answer": {"decision_id": "acme~2"}}, "Consentry.Undecided"),
        ({"answer": None}, "Consentry.Undecided"),
        ({"fail": "the table is unavailable"}, "Consentry.Undecided"),
    ],
    ids=["deny", "another word", "null", "no outcome", "nothing", "raised"],
)
def test_anything_else_fails_the_execution_and_starts_nothing(
    probes: Emulator, request_: dict[str, Any], error: str
) -> None:
    execution = probes.execute("GateTraining", {"request": request_, "training": TRAINING})

    assert (execution.status, execution.error) == ("FAILED", error)
    assert jobs(probes) == []


def test_the_cause_of_a_denial_names_the_decision(probes: Emulator) -> None:
    denied = {"answer": {"outcome": "deny", "decision_id": "acme~2"}}

    execution = probes.execute("GateTraining", {"request": denied, "training": TRAINING})

    assert execution.cause == "Decision acme~2 does not allow this use."


def test_the_job_names_the_decision_that_let_it_start(probes: Emulator) -> None:
    (machine,) = probes.wiring.machines

    # moto does not store the environment of a job, so the test reads the definition.
    train = machine.definition["States"]["Train"]["Parameters"]
    assert train["Environment"] == {"CONSENTRY_DECISION_ID.$": "$.decision.decision_id"}
