"""Receipts of acts without a store: each act an hour after the one before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from consentry.domain.consent.act_records import ActRecord, record_of
from consentry.domain.consent.acts import ConsentAct
from consentry.domain.consent.forms import Form
from consentry.domain.consent.replay import replayed
from consentry.domain.receipts.receipt import Receipt, receipt_of
from consentry.domain.receipts.receipt_document import document_of
from tests.fakes.names import FixedKeys
from tests.fakes.worlds import ACME, FORM, FORM_SHA256, NOW, act

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=30)
KEY = FixedKeys().key_of(ACME)
NAME = "a" * 26
SIGNED = {"form": FORM_SHA256, "signature": "click"}

GRANT = act("g", "grant", person="ann", **SIGNED)
SHOWN = act("g", "grant", person="ann", form=FORM_SHA256)
ASSENT = act("g", "grant", person="ann")
REFUSAL = act("r", "refuse", person="ann", uses="all", data="all")
WITHDRAWAL = act("w", "withdraw", person="ann", uses="all", data="all")
GUARDED = {"done_by": {"who": "gil", "authority": "guardian"}, "corrects": "g"}


def records_of(*acts: ConsentAct, form: Form = FORM) -> list[ActRecord]:
    """The records of a person's acts, in their order."""
    records = list[ActRecord]()
    for hours, said in enumerate(acts):
        on, at = form if said.form else None, NOW + hours * HOUR
        state = replayed(records)
        records.append(record_of(said, on, None, KEY, party=NAME, after=state, by="p", at=at))
    return records


def receipt_after(
    *acts: ConsentAct,
    of: int = 0,
    form: Form = FORM,
    at: datetime = LATER,
    outdated: datetime | None = None,
) -> tuple[Receipt, Mapping[str, Any]]:
    """The receipt of one of a person's acts once all are done, and its document."""
    records = records_of(*acts, form=form)
    on = form if records[of].act.form else None
    receipt = receipt_of(
        records[of], records, on, at=at, outdated_before=lambda _operation, _service: outdated
    )
    return receipt, document_of(receipt)


def states(document: Mapping[str, Any]) -> list[str]:
    """The states that the record within went through, without prefix."""
    events = document["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    return [each["@type"][0].partition(":")[2] for each in events]
