"""A training run gets the file of its permit, and names no data itself."""

from typing import Any

import pytest

from consentry.kernel.authorization import Caller, Permission, trigger_identity
from consentry.kernel.errors import (
    ConsentryError,
    ForbiddenAudienceError,
    ForbiddenCustomerError,
    ForbiddenPermissionError,
    InvalidPermitSignatureError,
    InvalidRequestError,
    MismatchedPermitError,
    RevokedPermitError,
)
from consentry.permits.training_run import GatedTraining, TrainingRun, begin_training_run
from tests.testkit.builders.dependencies import ACME, FINE_TUNE, NOW, FakeDependencies
from tests.testkit.builders.issued_permits import LATER, PermitDriver, revoked, withdraws
from tests.testkit.builders.permits import allowed, claims, signed
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner

PARAMETERS = {
    "instance_type": "ml.g5.xlarge",
    "instance_count": 1,
    "volume_gb": 50,
    "max_runtime_seconds": 3600,
    "hyperparameters": {"epochs": 3, "learning_rate": 1e-4, "shuffle": True},
}
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:Gate:a"
TASK = Caller.allowed(trigger_identity("task"), ACME, {Permission.REDEEM})


def event(permit: str, **changes: Any) -> dict[str, Any]:
    given = {"permit": permit, "training": PARAMETERS}
    gate = {"execution": EXECUTION, "use": FINE_TUNE, "model_owner": "first_party"}
    return gate | {"input": given} | changes


def begin(driver: PermitDriver, caller: Caller = TASK, **changes: Any) -> TrainingRun:
    training = GatedTraining.read(event(driver.permit.compact, **changes))
    return begin_training_run(training, caller=caller, at=NOW, deps=driver.deps)


def test_a_run_gets_the_key_of_the_admitted_file_under_its_sha256(issued: PermitDriver) -> None:
    run = begin(issued)

    admitted = issued.decision.outputs["admitted"]
    assert run.admitted_key == admitted.key
    assert run.admitted_key.split("/")[-2] == issued.permit.permit.admitted == admitted.sha256
    assert run.hyperparameters == {"epochs": "3", "learning_rate": "0.0001", "shuffle": "true"}
    assert len(run.job_name) <= 63


def test_a_retry_of_an_execution_is_the_same_run_and_another_execution_is_another(
    issued: PermitDriver,
) -> None:
    first, again, other = begin(issued), begin(issued), begin(issued, execution=f"{EXECUTION}b")

    assert first == again
    assert first.run_id != other.run_id
    assert first.job_name != other.job_name


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"use": FINE_TUNE | {"operation": "pretrain"}}, MismatchedPermitError),
        ({"use": FINE_TUNE | {"service": "chat_compose"}}, MismatchedPermitError),
        ({"model_owner": "third_party"}, MismatchedPermitError),
        ({"caller": Caller.allowed("task", "globex", {Permission.REDEEM})}, ForbiddenCustomerError),
        ({"caller": Caller.allowed("task", ACME, {Permission.DECIDE})}, ForbiddenPermissionError),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_permit_for_another_use_or_caller_begins_no_run(
    issued: PermitDriver, changes: dict[str, Any], error: type[ConsentryError]
) -> None:
    with pytest.raises(error):
        begin(issued, **changes)


@pytest.mark.parametrize("audience", ["trainer", "task"])
def test_a_permit_for_the_subject_of_a_token_begins_no_run(
    deps: FakeDependencies, audience: str
) -> None:
    acme = ScreeningDriver(deps)
    acme.put([row("ann")])
    decision = acme.screen(screening(audience=audience))
    issued = acme.issuer.issue(decision, audience=audience, at=NOW)
    assert issued

    with pytest.raises(ForbiddenAudienceError):
        begin(PermitDriver(deps, decision, issued))


@pytest.mark.parametrize("person", ["ann", None])
def test_no_run_begins_after_a_withdrawal(issued: PermitDriver, person: str | None) -> None:
    withdraws(issued.deps, person)

    with pytest.raises(RevokedPermitError):
        begin(issued)


def test_a_retry_does_not_begin_a_run_after_its_permit_was_revoked(issued: PermitDriver) -> None:
    begin(issued)
    revoked(issued.deps)

    with pytest.raises(RevokedPermitError):
        begin(issued)


def test_a_permit_of_another_key_or_file_begins_no_run(issued: PermitDriver) -> None:
    own = issued.permit.permit
    forged = [
        f"{issued.permit.compact[:-4]}AAAA",
        signed(own.model_copy(update={"admitted": "d" * 64}), InMemoryPermitSigner()),
        issued.permit.compact.partition(".")[2],
        issued.permit.compact.rpartition(".")[0],
        "",
        "..",
    ]

    for compact in forged:
        training = event(compact)
        with pytest.raises(InvalidPermitSignatureError):
            begin_training_run(GatedTraining.read(training), caller=TASK, at=NOW, deps=issued.deps)


@pytest.mark.parametrize(
    "field",
    [
        *("InputDataConfig", "input_data", "s3_uri", "manifest", "admitted", "data", "channels"),
        *("CheckpointConfig", "OutputDataConfig", "RoleArn", "Environment", "TrainingImage"),
        *("AlgorithmSpecification", "ModelUri", "VpcConfig", "TrainingJobName", "request"),
    ],
)
def test_an_input_cannot_name_data_code_or_anything_else(issued: PermitDriver, field: str) -> None:
    other = "s3://other/data"
    compact = issued.permit.compact
    inputs = [
        {"permit": compact, "training": PARAMETERS, field: other},
        {"permit": compact, "training": PARAMETERS | {field: other}},
        {
            "permit": compact,
            "training": PARAMETERS | {"hyperparameters": {field: other}},
        },
    ]

    for given in inputs:
        with pytest.raises(InvalidRequestError) as rejected:
            GatedTraining.read(event(compact, input=given))
        assert other not in str(rejected.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"instance_type": "s3://other/data"},
        {"instance_type": "ml.s3://x.y"},
        {"instance_type": "ml.g5.xlarge\n"},
        {"instance_count": 0},
        {"instance_count": "1"},
        {"volume_gb": 0},
        {"volume_gb": True},
        {"max_runtime_seconds": 10**9},
        {"hyperparameters": {"data": "1"}},
        {"hyperparameters": {"data": None}},
        {"hyperparameters": {"data": [1]}},
        {"hyperparameters": {"data": float("nan")}},
        {"hyperparameters": {"s3://x": 1}},
        {"hyperparameters": {f"p{n}": n for n in range(101)}},
    ],
    ids=lambda changes: str(changes)[:50],
)
def test_parameters_outside_the_allow_list_are_rejected(changes: dict[str, Any]) -> None:
    given = {"permit": "p", "training": PARAMETERS | changes}

    with pytest.raises(InvalidRequestError):
        GatedTraining.read(event("p", input=given))


def test_claims_that_only_the_permit_table_has_begin_no_run(deps: FakeDependencies) -> None:
    decision, issued = allowed(deps)
    forged = claims(decision_id=decision.decision_id, jti=f"{ACME}~{'a' * 26}")

    training = GatedTraining.read(event(signed(forged, InMemoryPermitSigner())))

    assert issued.permit.jti != forged.jti
    with pytest.raises(ConsentryError):
        begin_training_run(training, caller=TASK, at=LATER, deps=deps)


@pytest.mark.parametrize("given", [{"canary": "1"}, {"canary x": 1}, {"canary": float("nan")}, []])
def test_an_invalid_hyperparameter_is_not_repeated(given: Any) -> None:
    parameters = PARAMETERS | {"hyperparameters": given}

    with pytest.raises(InvalidRequestError) as invalid:
        GatedTraining.read(event("a.b.c", input={"permit": "a.b.c", "training": parameters}))

    assert invalid.value.field == "input.training.hyperparameters"
    assert "canary" not in str(invalid.value)
