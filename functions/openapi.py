"""The OpenAPI document of all HTTP handlers: `consentry openapi` prints it. No function imports this module."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from aws_lambda_powertools.event_handler.openapi.models import Server, Tag
from pydantic import TypeAdapter

from consentry.decisions.eventbridge import DataUseDecided
from consentry.kernel import errors, strict_json
from consentry.kernel.errors import ConsentryError
from consentry.propagation.eventbridge import DataSetOutdated, DataSetTainted, PermitRevoked
from consentry.renewal.renewal import ConsentRenewalDue
from functions.adapters.api_gateway import SECURITY_SCHEME, Api
from functions.adapters.content_negotiation import JSON
from functions.adapters.observability import error_code
from functions.audit.http import app as audit
from functions.consent.http import app as consent
from functions.datasets.http import app as datasets
from functions.decisions.http import app as decisions
from functions.permits.http import app as permits
from functions.privacy.http import app as privacy

APPS = (decisions, consent, audit, datasets, permits, privacy)
PUBLISHED_EVENTS = (
    DataUseDecided,
    DataSetTainted,
    DataSetOutdated,
    PermitRevoked,
    ConsentRenewalDue,
)
SAMPLES = Path(__file__).parents[1] / "events"

TITLE, VERSION = "Consentry", "2"
DESCRIPTION = (
    "May this data be used for this AI purpose, under the terms and the consent that apply to it?"
)
TAGS = {
    "decisions": "Decide data uses.",
    "consent": "Record, withdraw and show consent; the forms and keys that consent events name.",
    "audit": "Read the decision log.",
    "datasets": "Data sets of screenings, their models, and how far withdrawals have propagated.",
    "permits": "Data permits of screenings and their redemptions.",
    "privacy": "Erase the stored data of a person.",
}
ERROR_SCHEMA = {
    "title": "Error",
    "type": "object",
    "description": "There is no answer. After a 503 something may be stored: retry with the same id. "
    "After any other error nothing was decided or stored. `field` and `problem` never repeat the request.",
    "required": ["error", "field", "problem"],
    "properties": {
        "error": {"type": "string", "description": "The kind of error."},
        "field": {"type": ["string", "null"], "description": "The field that is wrong."},
        "problem": {"type": "string", "description": "What is wrong, in words for a person."},
    },
}
BEARER_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The claim `consentry_customers` lists the customers that the caller may name: "
    "ids separated by spaces, or `*`. Each operation names the scope that it needs: without it, "
    "API Gateway answers 403 with a body of its own. The claim `consentry_person` "
    "limits the caller to the consent of this person.",
}
_OTHER_PROBLEMS = {
    "service_unavailable": "A call to AWS failed. Retry with the same id.",
    "unsupported_media_type": "The content type of the body is not JSON.",
}
_REFERENCE = "#/components/schemas/"
_POWERTOOLS_ERRORS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


class ConflictingSchemasError(ConsentryError):
    """Two handlers have different schemas of one name; the text is the name."""


def openapi_document() -> dict[str, Any]:
    """The document that is checked in as events/openapi.json."""
    merge = OpenAPIMerge(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        servers=[Server(url="/")],
        tags=[Tag(name=name, description=description) for name, description in TAGS.items()],
        security=[{SECURITY_SCHEME: []}],
        on_conflict="error",
    )
    schemas: dict[str, Any] = {}
    for app in APPS:
        document = _document_of(app)
        _add_schemas(schemas, document["components"]["schemas"])
        merge.add_schema(document)
    merged: dict[str, Any] = merge.get_openapi_schema()
    merged["webhooks"] = {}
    for event in PUBLISHED_EVENTS:
        schema = _schema_of(event, schemas)
        _add_schemas(schemas, schema.pop("$defs", {}) | {event.__name__: schema})
        merged["webhooks"][event.__name__] = {"post": _webhook(event.__name__)}
    merged["components"] = {
        "schemas": schemas | {"Error": ERROR_SCHEMA},
        "examples": _error_examples(merged),
        "securitySchemes": {SECURITY_SCHEME: BEARER_TOKEN},
    }
    _add_request_examples(merged)
    return merged


def _document_of(app: Api) -> dict[str, Any]:
    # Powertools requires the scheme of each operation to be defined in the same document.
    schemes: Any = {SECURITY_SCHEME: BEARER_TOKEN}
    document = app.get_openapi_schema(title=TITLE, version=VERSION, security_schemes=schemes)
    dumped: dict[str, Any] = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in _POWERTOOLS_ERRORS:  # `Api.endpoint` names our own errors instead.
        dumped["components"]["schemas"].pop(name, None)
    return dumped


def _add_schemas(schemas: dict[str, Any], more: dict[str, Any]) -> None:
    # OpenAPIMerge rejects duplicate routes, but it overwrites schemas of the same name silently.
    for name, schema in more.items():
        if schemas.setdefault(name, schema) != schema:
            raise ConflictingSchemasError(name)


def _schema_of(event: type, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a published event. It names a definition as the schemas of responses name it."""
    adapter, references = TypeAdapter[Any](event), f"{_REFERENCE}{{model}}"
    schema = adapter.json_schema(mode="serialization", ref_template=references)
    for name in [each for each in schema.get("$defs", {}) if f"{each}-Output" in schemas]:
        schema["$defs"][f"{name}-Output"] = schema["$defs"].pop(name)
        text = json.dumps(schema).replace(f'{_REFERENCE}{name}"', f'{_REFERENCE}{name}-Output"')
        schema = json.loads(text)
    return schema


def _webhook(name: str) -> dict[str, Any]:
    content = {JSON: {"schema": {"$ref": f"{_REFERENCE}{name}"}}}
    return {
        "operationId": name,
        "summary": f"The detail of a {name} event on the bus",
        "requestBody": {"content": content},
        "responses": {
            "default": {"description": "EventBridge ignores the response of a consumer."}
        },
    }


def _error_examples(document: dict[str, Any]) -> dict[str, Any]:
    """An example of each error that some route can answer."""
    problems = _OTHER_PROBLEMS | {
        error_code(kind): (kind.__doc__ or "").partition("\n")[0]
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, ConsentryError)
    }
    codes = {
        code
        for operations in document["paths"].values()
        for operation in operations.values()
        for response in operation["responses"].values()
        for code in response.get("content", {}).get(JSON, {}).get("examples", {})
    }
    return {
        code: {
            "summary": problems[code],
            "value": {"error": code, "field": None, "problem": code.replace("_", " ")},
        }
        for code in sorted(codes)
    }


def _add_request_examples(document: dict[str, Any]) -> None:
    """Add the body of each sample request in events/ to its route."""
    for path in sorted(SAMPLES.glob("*/http-*.json")):
        sample = strict_json.loads(path.read_bytes())
        method, _, route = sample["routeKey"].partition(" ")
        request_body = document["paths"].get(route, {}).get(method.lower(), {}).get("requestBody")
        if request_body:
            examples = request_body["content"][JSON].setdefault("examples", {})
            examples[path.stem.removeprefix("http-")] = {"value": strict_json.loads(sample["body"])}
