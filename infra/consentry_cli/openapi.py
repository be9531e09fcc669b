"""`consentry openapi`: what the HTTP doors take and answer, as one OpenAPI document."""

import json
from collections.abc import Iterable
from typing import Any

from cyclopts import App

ERROR_SCHEMA = {
    "title": "Error",
    "type": "object",
    "description": "Nothing was decided. `field` and `problem` never repeat what was sent.",
    "required": ["error", "field", "problem"],
    "properties": {
        "error": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "problem": {"type": "string"},
    },
}
ERROR_RESPONSE = {
    "description": "400 not JSON, 403 another's customer, or permit, 404 not there, 409 an id used twice, "
    "or a permit that permits this no more, 410 an act erased since, "
    "415 of another content type, 422 not of the contract, "
    "503 nothing was answered: ask again",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
JWT = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The claim `consentry_customers` says which customers the caller may name: ids, or `*`.",
}

app = App(name="openapi", help="Print the OpenAPI document of the HTTP doors.")

TITLE = "Consentry"
VERSION = "1"
DESCRIPTION = "May this data of this customer be used so? Consents, decisions, and why."


@app.default
def show() -> None:
    """Print the OpenAPI document of the HTTP doors."""
    print(text())


def text() -> str:
    """The document as it is checked in: events/openapi.json."""
    return json.dumps(document(), indent=2, sort_keys=True)


def document() -> dict[str, Any]:
    """One OpenAPI document of the doors' own, with the errors and the authorizer that they share."""
    from functions.audit.http import app as transparency  # noqa: PLC0415
    from functions.consent.http import app as consent  # noqa: PLC0415 - `consentry --help` does without
    from functions.datasets.http import app as dataset  # noqa: PLC0415
    from functions.decisions.http import app as decide  # noqa: PLC0415
    from functions.permits.http import app as permit  # noqa: PLC0415
    from functions.privacy.http import app as erase  # noqa: PLC0415

    doors = (decide, consent, erase, transparency, permit, dataset)
    schemas = [
        door.get_openapi_schema(title=TITLE, version=VERSION, description=DESCRIPTION)
        for door in doors
    ]
    dumped = [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in schemas]
    return with_events(with_errors(merged(dumped)))


def merged(documents: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The paths and schemas of all documents in the first."""
    first, *rest = documents
    for each in rest:
        for path, operations in each["paths"].items():
            first["paths"].setdefault(path, {}).update(operations)
        first["components"]["schemas"].update(each["components"]["schemas"])
    return first


def with_errors(whole: dict[str, Any]) -> dict[str, Any]:
    """The document with our errors for Powertools' own, and the token that every route asks for."""
    for operations in whole["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = ERROR_RESPONSE
    components = whole["components"]
    for theirs in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        components["schemas"].pop(theirs, None)
    components["schemas"]["Error"] = ERROR_SCHEMA
    components["securitySchemes"] = {"Callers": JWT}
    whole["security"] = [{"Callers": []}]
    whole["servers"] = [{"url": "/"}]
    return whole


def with_events(whole: dict[str, Any]) -> dict[str, Any]:
    """The document with the details of the events that are told on the bus and that no door answers."""
    from pydantic import TypeAdapter  # noqa: PLC0415

    from consentry.decisions.eventbridge import DataUseDecided  # noqa: PLC0415
    from consentry.propagation.notifications import DataSetTainted, PermitRevoked  # noqa: PLC0415
    from consentry.renewal.renewal import ConsentRenewalDue  # noqa: PLC0415

    place, whole["webhooks"] = "#/components/schemas/", {}
    told: tuple[type, ...] = (DataUseDecided, DataSetTainted, PermitRevoked, ConsentRenewalDue)
    for kind in told:
        name = kind.__name__
        written: TypeAdapter[Any] = TypeAdapter(kind)
        schema = written.json_schema(mode="serialization", ref_template=f"{place}{{model}}")
        whole["components"]["schemas"] |= schema.pop("$defs", {}) | {name: schema}
        content = {"application/json": {"schema": {"$ref": f"{place}{name}"}}}
        detail = {
            "summary": "The detail of an EventBridge event",
            "requestBody": {"content": content},
        }
        taken = {"responses": {"default": {"description": "nothing is answered"}}}
        whole["webhooks"][name] = {"post": detail | taken}
    return whole
