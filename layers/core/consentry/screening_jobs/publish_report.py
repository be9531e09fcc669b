"""Publishes a screening next to its outputs: the report, and a page of it for people."""

import json
from io import BytesIO

from consentry.screening.report import REPORT, build_report
from consentry.screening.report_page import render_report_page
from consentry.screening.repository import MediaType, ObjectRepository
from consentry.screening.screening_decision import ScreeningDecision

REPORT_PAGE, PERMIT_FILE = "report.html", "permit.jwt"


def publish_report(decision: ScreeningDecision, folder: str, store: ObjectRepository) -> None:
    """Write the report, then the page, of a committed decision; a revision empties the permit."""
    if decision.revises:
        clear_permit_file(folder, store)
    # INVARIANT: a first report never overwrites that of a revision. A late or crashed run would
    # otherwise show an allow that was revoked.
    write = store.write if decision.revises else store.write_if_absent
    report = json.dumps(build_report(decision), indent=2).encode() + b"\n"
    write(f"{folder}/{REPORT}", BytesIO(report), MediaType.JSON)
    # The report is never older than the page. A crash here leaves no page, or an old one that the
    # next delivery replaces. An old page can mislead until the allow that it shows expires.
    write(f"{folder}/{REPORT_PAGE}", BytesIO(render_report_page(decision).encode()), MediaType.HTML)


def clear_permit_file(folder: str, store: ObjectRepository) -> None:
    """Overwrite the permit with nothing: no verifier accepts it, and no role of ours may delete."""
    store.write(f"{folder}/{PERMIT_FILE}", BytesIO(), MediaType.JWT)
