"""Publishes a screening next to its outputs: the report, and a page of it for people."""

import json
from io import BytesIO

from consentry.screening.report import build_report
from consentry.screening.repository import ObjectRepository
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening.templates.report_page import REPORT, render_page
from consentry.screening.types import MediaType

REPORT_PAGE, PERMIT_FILE = "report.html", "permit.jwt"


def publish_report(decision: ScreeningDecision, folder: str, store: ObjectRepository) -> None:
    """Write the report and then the page of a committed decision; a revision empties the permit file."""
    if decision.revises:
        clear_permit_file(folder, store)
    # INVARIANT: a first report never lies over a revision's: whoever wrote it late, or crashed after,
    # would leave an allow that was taken back.
    write = store.write if decision.revises else store.write_if_absent
    report = json.dumps(build_report(decision), indent=2).encode() + b"\n"
    write(f"{folder}/{REPORT}", BytesIO(report), MediaType.JSON)
    # What counts is never behind the page: a crash in between leaves no page, or one that lags until the next
    # delivery writes it again, and that misleads nobody for longer than the end of the allow that it shows.
    write(f"{folder}/{REPORT_PAGE}", BytesIO(render_page(decision).encode()), MediaType.HTML)


def clear_permit_file(folder: str, store: ObjectRepository) -> None:
    """Write nothing over the permit: no verifier takes an empty one, and no role of ours may delete."""
    store.write(f"{folder}/{PERMIT_FILE}", BytesIO(), MediaType.JWT)
