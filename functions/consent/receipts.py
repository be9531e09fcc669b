"""Receipts over HTTP: a JSON-LD document, or the same as a page for whoever asks for one."""

import os
from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from consentry.aws.stores import open_stores
from consentry.domain.pages.style import POLICY
from consentry.domain.receipts.receipt_document import MEDIA_TYPE, written
from consentry.domain.receipts.receipt_page import page_of
from consentry.flows.show_receipt import show_receipt
from functions.accepting import prefers_page
from functions.consent.showing import AsOf
from functions.http import PathId, caller_of

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


@router.get("/receipts/<customer>/<party>/<act_id>", responses=TOLD)
def receipt(customer: PathId, party: PathId, act_id: PathId, as_of: AsOf = None) -> Response[str]:
    """The receipt of an act (ISO/IEC TS 27560 in DPV's words), as JSON-LD or, by `Accept`, as an HTML page."""
    made = show_receipt(
        customer,
        party,
        act_id,
        caller=caller_of(router),
        at=as_of or datetime.now(UTC),
        world=open_stores(os.environ),
    )
    as_page = prefers_page(router.current_event.headers.get("accept", ""))
    kind, body = (PAGE, page_of(made)) if as_page else (MEDIA_TYPE, written(made))
    return Response(HTTPStatus.OK, kind, body, headers=HEADERS)
