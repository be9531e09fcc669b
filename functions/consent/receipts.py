"""Receipts over HTTP: a JSON-LD document, or the same as a page for whoever asks for one."""

import os
from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from consentry.consent.open import ConsentDependencies
from consentry.html.style_sheet import POLICY
from consentry.receipts.document import MEDIA_TYPE, to_json
from consentry.receipts.get_receipt import get_receipt
from consentry.receipts.templates.receipt_page import page_of
from functions.adapters.api_gateway import PathId, caller_of
from functions.adapters.content_negotiation import prefers_html
from functions.consent.get_consent import AsOf

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

PAGE = "text/html; charset=utf-8"
TOLD: dict[int, OpenAPIResponse] = {
    HTTPStatus.OK: {
        "description": "The receipt, as `Accept` asks for it",
        "content": {
            MEDIA_TYPE: {"schema": {"type": "object"}},
            "text/html": {"schema": {"type": "string"}},
        },
    }
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/receipts/<customer>/<party>/<consent_event_id>", responses=TOLD)
def receipt(
    customer: PathId, party: PathId, consent_event_id: PathId, as_of: AsOf = None
) -> Response[str]:
    """The receipt of an act (ISO/IEC TS 27560 in DPV's words), as JSON-LD or, by `Accept`, as an HTML page."""
    made = get_receipt(
        customer,
        party,
        consent_event_id,
        caller=caller_of(router),
        at=as_of or datetime.now(UTC),
        deps=ConsentDependencies.open(os.environ),
    )
    as_page = prefers_html(router.current_event.headers.get("accept", ""))
    kind, body = (PAGE, page_of(made)) if as_page else (MEDIA_TYPE, to_json(made))
    return Response(HTTPStatus.OK, kind, body, headers=HEADERS)
