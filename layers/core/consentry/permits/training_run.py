"""Redeem a data permit for a training run, which gets the location of the admitted file.

The run names no data: the permit determines the file. So a gate that starts the job with this
location, and with nothing else that its caller chose, trains on what was admitted.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, field_validator

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import MismatchedPermitError, RevokedPermitError
from consentry.kernel.ids import token, token_of
from consentry.kernel.requests import Use
from consentry.kernel.schema import StrictModel
from consentry.kernel.vocabulary import ModelOwner
from consentry.manifests.model import RowOutcome
from consentry.permits.open import PermitDependencies
from consentry.permits.redeem_permit import redeem_permit
from consentry.permits.redemption import CompactPermit, RedemptionRequest
from consentry.permits.signature import claimed_by
from consentry.screening.screening_decision import ScreeningDecision

HyperparameterName = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")
]
type Number = (
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
)


_HYPERPARAMETERS = TypeAdapter[dict[str, Number]](
    Annotated[dict[HyperparameterName, Number], Field(max_length=100)]
)


class TrainingParameters(StrictModel):
    """What a caller may choose. No field can name data: text is an instance type, else only numbers.

    The deployment determines the image, the role and where the model is stored.
    """

    instance_type: Annotated[
        str, StringConstraints(strict=True, pattern=r"^ml\.[a-z0-9-]{1,20}\.[a-z0-9-]{1,20}$")
    ]
    instance_count: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    volume_gb: Annotated[int, Field(strict=True, ge=1, le=16384)]
    max_runtime_seconds: Annotated[int, Field(strict=True, ge=1, le=2_419_200)]
    hyperparameters: Annotated[dict[HyperparameterName, Number], Field(max_length=100)] = Field(
        default_factory=dict
    )

    @field_validator("hyperparameters", mode="before")
    @classmethod
    def _are_numbers_by_name(cls, given: object) -> object:
        # Pydantic's own error has the name in its location, and the name is the caller's text.
        try:
            return _HYPERPARAMETERS.validate_python(given)
        except ValidationError:
            raise ValueError("must be an object of names and numbers, true or false") from None


class TrainingRequest(StrictModel):
    """A permit as compact JWS, and the parameters of the training."""

    permit: CompactPermit
    training: TrainingParameters


class GatedTraining(StrictModel):
    """A training run as its gate describes it: the caller's `input`, and what the gate states itself.

    `execution`: the id of the gate's execution. `use`, `model_owner`: what the gate trains.
    """

    execution: Annotated[str, StringConstraints(strict=True, pattern=r"^[!-~]{1,256}$")]
    use: Use
    model_owner: ModelOwner
    input: TrainingRequest

    @property
    def run_id(self) -> str:
        """The run's id. A retry of the same execution is the same run."""
        return f"execution-{token(sha256(self.execution.encode('ascii')).digest())}"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run that may begin until `until`, and all that its job is started with.

    `admitted_key`: the key of the one file that it may read, in the screening bucket.
    """

    run_id: str
    permit_id: str
    decision_id: str
    until: datetime
    job_name: str
    admitted_key: str
    hyperparameters: dict[str, str]


HYPERPARAMETER: TypeAdapter[Number] = TypeAdapter(Number)


def begin_training_run(
    training: GatedTraining, *, caller: Caller, at: datetime, deps: PermitDependencies
) -> TrainingRun:
    """The run of an execution, after its permit was redeemed. The errors are those of `redeem_permit`."""
    compact = training.input.permit
    # Not verified: a redemption requires the very JWS that was issued under this id.
    claims = claimed_by(compact)
    request = RedemptionRequest(
        run_id=training.run_id,
        permit=compact,
        admitted=claims.admitted,
        use=training.use,
        model_owner=training.model_owner,
    )
    redeemed = redeem_permit(claims.jti, request, caller=caller, at=at, deps=deps)
    decision = deps.decisions.latest(redeemed.decision_id)
    if not (isinstance(decision, ScreeningDecision) and decision.revision == claims.revision):
        raise RevokedPermitError  # The decision was revised after the redemption.
    admitted = decision.outputs[RowOutcome.ADMITTED]
    # INVARIANT: the prefix contains the SHA-256, and nobody can overwrite what lies there.
    if f"/files/{claims.admitted}/" not in admitted.key or admitted.sha256 != claims.admitted:
        raise MismatchedPermitError("admitted", "is not the digest in the key of the file")
    return TrainingRun(
        run_id=redeemed.run_id,
        permit_id=redeemed.permit_id,
        decision_id=redeemed.decision_id,
        until=redeemed.until,
        # 63 characters, the most that SageMaker takes.
        job_name=f"consentry-{token_of(redeemed.decision_id)}-{redeemed.run_id[-26:]}",
        admitted_key=admitted.key,
        hyperparameters={
            name: HYPERPARAMETER.dump_json(value).decode("ascii")
            for name, value in training.input.training.hyperparameters.items()
        },
    )
