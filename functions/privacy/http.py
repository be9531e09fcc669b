"""HTTP: erase a person."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from consentry.consent.consent_event import NamedPerson
from consentry.kernel.authorization import Permission
from consentry.kernel.errors import ConflictingIdError, NotFoundError
from consentry.kernel.schema import Id, StrictModel
from consentry.privacy import erase_person as use_case
from consentry.privacy.erasure import DestroyedData, Erasure, RetainedData
from consentry.privacy.open import PrivacyDependencies
from functions.adapters.api_gateway import Api, PathId
from functions.adapters.observability import count, logger

app = Api("privacy")
handle = app.handle


class ErasureRequest(StrictModel):
    """Erase one of the customer's people. Without an `erasure_id` each request is an erasure of its own."""

    erasure_id: Id = app.generated_id()
    party: NamedPerson


@dataclass(frozen=True, slots=True)
class ErasureResponse:
    """The erasure is done. `retained` lists what it does not delete; `until` is null where you must delete it."""

    erasure_id: str
    at: datetime
    destroyed: DestroyedData | None
    """What this request destroyed; null if the erasure was complete before."""
    retained: tuple[RetainedData, ...]


@app.endpoint(
    "POST /customers/{customer}/erasures",
    "Erase a person",
    Permission.ERASE,
    ConflictingIdError,
    NotFoundError,
    status=HTTPStatus.OK,
)
def erase_person(customer: PathId, erasure: ErasureRequest) -> ErasureResponse:
    """Erase one of a customer's people. After the answer, no earlier consent of the person counts."""
    caller, deps, now = app.authenticate(), PrivacyDependencies.open(os.environ), datetime.now(UTC)
    request = Erasure(customer=customer, **dict(erasure))
    erased = use_case.erase_person(request, caller=caller, at=now, deps=deps)
    logger.info("person erased")
    count("Person.erased")
    return ErasureResponse(erased.erasure_id, erased.at, erased.destroyed, erased.retained)
