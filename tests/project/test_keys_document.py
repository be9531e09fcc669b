"""The table of DynamoDB keys is complete: use cases run, and each key that they write has its row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from consentry.aws.table import Table
from consentry.datasets.register_model import register_model
from consentry.datasets.remediation import Model
from consentry.permits.redeem_permit import revoke_permit
from consentry.permits.redemption import RevocationReason
from consentry.propagation.propagate_assignment import propagate_assignment
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry.propagation.propagation import erasure_event
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from consentry.terms.assign_policy_sets import assign_policy_sets
from consentry.terms.assignment import AssignmentRequest, StoredAssignment
from tests.testkit.builders.dependencies import (
    ACME,
    FORM,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import erase, pseudonym_of
from tests.testkit.builders.event_signers import ed25519, es256, register_signer, revoke_signer
from tests.testkit.builders.permits import redeem
from tests.testkit.builders.renewals import renew
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DATA_SETS, DECISIONS, KEYS, PERMITS, Key
from tests.testkit.keys_document import rows

STORAGE = Path(__file__).parents[2] / "infra" / "stacks" / "storage.yaml"
TABLES = {
    CONSENTS: "consent",
    DECISIONS: "decision",
    KEYS: "key",
    DATA_SETS: "data set",
    PERMITS: "permit",
}
"""The tables as the document calls them."""


@dataclass
class Written:
    """What happened to the items of all tables: written, changed and deleted."""

    items: dict[tuple[str, Key], Mapping[str, Any]] = field(default_factory=dict)
    changed: set[tuple[str, Key]] = field(default_factory=set)
    deleted: set[tuple[str, Key]] = field(default_factory=set)

    def add(self, client: FakeDynamoDB) -> None:
        """Compare the tables with what they held before."""
        now = {
            (TABLES[name], key): item
            for name, table in client.tables.items()
            for key, item in table.items.items()
        }
        for position, item in self.items.items():
            if position not in now:
                self.deleted.add(position)
            elif now[position] != item:
                self.changed.add(position)
        self.items |= now


@pytest.fixture
def written(client: Any) -> Written:
    """What the use cases write: consent, terms, decisions, screenings, propagation, renewal, erasure."""
    found = Written()
    keys = DynamoDBPseudonymRepository(Table(KEYS, lambda: client, lambda _: None))
    for _ in use_cases(FakeDependencies(client, keys)):
        found.add(client)
    return found


def use_cases(deps: FakeDependencies) -> Iterator[object]:
    """Run the use cases in one order, and stop after each."""
    yield deps.consents.register(FORM, at=NOW).form_id
    yield register_signer(deps, es256())
    deps.grant(at=NOW - 2 * SECOND)
    yield deps.record(es256().signed("signed", "grant", form_id=FORM_SHA256))
    yield register_signer(deps, ed25519(), person="ann")
    yield deps.record(ed25519().signed("signed", "grant", person="ann", form_id=FORM_SHA256))
    yield revoke_signer(deps, es256())
    for terms in ("zoom-terms", "announced"):
        request = AssignmentRequest(customer=ACME, terms=terms, guardrails=("house",))
        yield assign_policy_sets(request, caller=deps.caller, at=NOW, deps=deps)
    yield deps.decide(use_request())
    acme = ScreeningDriver(deps)
    acme.put([row("ann"), row("bob")])
    yield (screened := acme.screen())
    assert screened.data_set_id
    permit = acme.issuer.issue(screened, audience=ACME, at=NOW)
    assert permit
    yield redeem(deps, permit)
    yield revoke_permit(
        permit.permit.jti, reason=RevocationReason.OPERATOR, caller=deps.caller, at=NOW, deps=deps
    )
    model = Model.read({"model_id": "m-1", "kind": "full", "location": "eu-central-1"})
    yield register_model(screened.data_set_id, model, caller=deps.caller, at=NOW, deps=deps)
    yield (withdrawn := deps.record(consent_event("w-1", "withdrawal", person="bob"))).record
    yield propagate_withdrawal(withdrawn.record, clock=lambda: NOW, deps=deps)
    acme.put([row("ann")])
    assert acme.screen(screening("s-2"), at=NOW + SECOND).data_set_id
    request = AssignmentRequest(customer=ACME, terms="zoom-terms", guardrails=("house",))
    stored = assign_policy_sets(request, caller=deps.caller, at=NOW + 2 * SECOND, deps=deps)
    yield propagate_assignment(StoredAssignment(ACME, stored), clock=lambda: NOW, deps=deps)
    yield deps.decide(use_request())  # The same request id: a denial replaces the allow.
    for again in (False, True):
        yield renew(deps, lambda _: None, people=("ann", "bob"), again=again)
    pseudonym = pseudonym_of(deps)
    yield erase(deps, "ann")
    erasure = erasure_event(ACME, pseudonym, NOW)
    yield propagate_withdrawal(erasure, clock=lambda: NOW, deps=deps)


def test_every_written_key_matches_one_row(written: Written) -> None:
    counts = {
        position: sum(each.matches(*position) for each in rows()) for position in written.items
    }

    assert {position: count for position, count in counts.items() if count != 1} == {}


def test_every_row_is_matched_by_an_item_with_its_attributes(written: Written) -> None:
    for each in rows():
        items = [item for position, item in written.items.items() if each.matches(*position)]

        assert items, each
        assert all(map(each.has, items)), each


def test_items_that_are_written_once_never_change(written: Written) -> None:
    changed = [each for each in rows() if any(each.matches(*key) for key in written.changed)]

    assert {each.written for each in changed}.isdisjoint({"once"})


def test_only_an_erasure_deletes(written: Written) -> None:
    deleted = [each for each in rows() if any(each.matches(*key) for key in written.deleted)]

    assert deleted == [each for each in rows() if each.deleted.startswith("erasure")]
    assert "TimeToLive" not in STORAGE.read_text("utf-8")
