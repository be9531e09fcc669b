"""An error names the field and what is valid, and never repeats what the caller sent."""

from types import MappingProxyType
from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import DataUseRequest, Use
from consentry.kernel.schema import StrictModel
from consentry.manifests.screening_request import ScreeningRequest
from consentry.permits.data_permit import DataPermit
from tests.testkit.builders.dependencies import use_request
from tests.testkit.builders.permits import claims

CANARY = "Zanzibar"
USE = {"operation": "infer", "service": "general"}
SCREENED = {
    "request_id": "s",
    "customer": "acme",
    "use": USE,
    "model_owner": "first_party",
    "declared_by": "curator",
    "manifest": {"key": "acme/manifests/m.jsonl", "format": "jsonl"},
}


@pytest.mark.parametrize(
    ("kind", "changed", "invalid_field", "known"),
    [
        (
            DataUseRequest,
            {CANARY: 1},
            "body",
            "request_id, customer, use, model_owner, declared_by",
        ),
        (DataUseRequest, {"use": USE | {CANARY: 1}}, "use", "operation, service"),
        (DataUseRequest, {"people": [{CANARY: 1}]}, "people.0", "person, role"),
        (ScreeningRequest, {"fields": {"data": {CANARY: 1}}}, "fields.data", "field, constant"),
    ],
)
def test_an_unknown_field_error_names_its_parent_and_the_known_fields(
    kind: type[StrictModel], changed: dict[str, Any], invalid_field: str, known: str
) -> None:
    whole = use_request().model_dump(mode="json") if kind is DataUseRequest else SCREENED

    with pytest.raises(InvalidRequestError) as rejected:
        kind.read(whole | changed)

    assert rejected.value.field == invalid_field
    message = f"has an unknown field; the known fields are {known}"
    assert rejected.value.problem.startswith(message)
    assert CANARY not in str(rejected.value)


def test_an_unknown_field_is_never_repeated_for_any_mapping_type() -> None:
    with pytest.raises(InvalidRequestError, match="has an unknown field"):
        Use.read(MappingProxyType(USE | {CANARY: 1}))


def test_an_invalid_id_or_digest_error_explains_the_format() -> None:
    with pytest.raises(InvalidRequestError, match=r"^customer: is not an id: only A-Z a-z 0-9"):
        DataUseRequest.read(use_request().model_dump(mode="json") | {"customer": "a b"})

    with pytest.raises(InvalidRequestError, match=r"^manifest: is not a SHA-256: 64 digits"):
        DataPermit.read(claims().model_dump(mode="json") | {"manifest": "A" * 64})
