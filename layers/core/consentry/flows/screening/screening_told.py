"""What a screening's owner is told, beside its files: the report that counts, and a page of it for people."""

import json
from io import BytesIO

from consentry.domain.reports.screening_page import AUTHORITY, page_of
from consentry.domain.reports.screening_report import report_of
from consentry.domain.screening.screened import MediaType
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.screening.screening_ports import ManifestStore

PAGE, PERMIT = "report.html", "permit.jwt"


def tell(decision: ScreeningDecision, folder: str, store: ManifestStore) -> None:
    """Write the report and then the page of a decision in the log; a revision leaves no permit beside them."""
    if decision.revises:
        take_permit_away(folder, store)
    # INVARIANT: a first report never lies over a revision's: whoever wrote it late, or crashed after,
    # would leave an allow that was taken back.
    write = store.write if decision.revises else store.write_first
    report = json.dumps(report_of(decision), indent=2).encode() + b"\n"
    write(f"{folder}/{AUTHORITY}", BytesIO(report), MediaType.JSON)
    # What counts is never behind the page: a crash in between leaves no page, or one that lags until the next
    # delivery writes it again, and that misleads nobody for longer than the end of the allow that it shows.
    write(f"{folder}/{PAGE}", BytesIO(page_of(decision).encode()), MediaType.HTML)


def take_permit_away(folder: str, store: ManifestStore) -> None:
    """Write nothing over the permit: no verifier takes an empty one, and no role of ours may delete."""
    store.write(f"{folder}/{PERMIT}", BytesIO(), MediaType.JWT)
