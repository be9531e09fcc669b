"""Screening a manifest: every row in one output, one decision, and a correct report."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consentry.audit.audit_row import decode_row, encode_row
from consentry.audit.queries import get_decision, list_uses
from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import (
    ConflictingIdError,
    ForbiddenCustomerError,
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
)
from consentry.manifests.limits import ScreeningLimits
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    library,
    use_request,
)
from tests.testkit.builders.screenings import (
    KEY,
    ScreeningDriver,
    row,
    rttm_line,
    rttm_screening,
    screening,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.faults import UnprocessedKeysClient

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def deps() -> FakeDependencies:
    client = FakeDynamoDB()
    create_tables(client)
    deps = FakeDependencies(client)
    deps.grant()
    return deps


@pytest.fixture
def acme(deps: FakeDependencies) -> ScreeningDriver:
    return ScreeningDriver(deps)


def withdraws(deps: FakeDependencies, person: str, **changed: Any) -> None:
    deps.record(
        consent_event(f"w-{person}", "withdrawal", person=person, **changed), at=NOW - SECOND
    )


def once(action: Callable[[], None]) -> Callable[[str], None]:
    """Run the action before the first write."""
    actions = [action]
    return lambda key: actions.pop()() if actions else None


def test_rows_are_partitioned_by_outcome_with_reasons_per_line(acme: ScreeningDriver) -> None:
    withdraws(acme.deps, "bob")
    good, bad, odd = row("ann"), row("ann", "bob"), b'{"people": []}\n'
    acme.put([good, bad, odd])

    decision = acme.screen()

    assert acme.output(decision, "admitted") == good
    assert acme.output(decision, "rejected") == bad
    assert acme.output(decision, "undetermined") == odd
    assert acme.reasons(decision) == [
        {"line": 2, "outcome": "rejected", "rules": ["house.no-use-on-refusal"]},
        {"line": 3, "outcome": "undetermined", "reason": "data: is missing (column `data`)"},
    ]


def test_the_report_summarizes_the_log_row_in_counts_and_digests(acme: ScreeningDriver) -> None:
    withdraws(acme.deps, "bob")
    acme.put([row("ann"), row("bob"), row("ann", data="public_web"), b"\n"])

    decision = acme.screen()

    report = acme.report(decision)
    assert report["outcome"] == "allow"
    assert report["manifest"]["people_count"] == 2
    assert {name: each["rows"] for name, each in report["outputs"].items()} == {
        "admitted": 1,
        "rejected": 2,
        "undetermined": 1,
        "reasons": 3,
    }
    assert report["data"]["rejected"] == {"customer_content.audio": 1, "public_web": 1}
    assert report["rules"]["rejected"] == {
        "house.no-use-on-refusal": 1,
        "announced.public-web": 1,
    }
    assert report["invalid_rows"] == {"line: is blank": 1}


@pytest.mark.promise(6)
def test_the_screening_decision_is_logged_and_reevaluates_equal(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row(data="service_generated"), row("b b")])

    decision = acme.screen()

    logged = acme.deps.decisions.latest(decision.decision_id)
    assert logged == decision == decode_row(encode_row(decision))
    assert reevaluate_screening(decision, library()) == decision
    assert decision.epochs == acme.deps.consents.epochs(ACME)


def test_a_manifest_with_no_admitted_row_is_denied(acme: ScreeningDriver) -> None:
    acme.put([row("ann", data="public_web")])

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert decision.expires_at is None
    assert acme.report(decision)["superseded"] is False


@pytest.mark.parametrize("content", [b"", b"\n", row("ann").rstrip(b"\n"), b"\r\n" + row()])
def test_a_manifest_may_be_empty_or_lack_a_final_line_feed(
    acme: ScreeningDriver, content: bytes
) -> None:
    acme.put([content])

    decision = acme.screen()

    parts = [acme.output(decision, name) for name in ("undetermined", "rejected", "admitted")]
    assert b"".join(parts) == content


@pytest.mark.promise(4)
def test_an_unreadable_consent_makes_its_rows_undetermined(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row("bob"), row("ann", "bob")])
    bob = acme.deps.pseudonyms.find_pseudonyms(ACME, ["bob"])["bob"]
    unreadable = FakeDependencies(UnprocessedKeysClient(acme.deps.client, {f"{ACME}#{bob}": 1000}))

    decision = ScreeningDriver(unreadable, acme.store).screen()

    assert acme.output(decision, "admitted") == row("ann")
    assert acme.reasons(decision)[0]["rules"][0] == "consentry.consent_unreadable"
    assert acme.report(decision)["outputs"]["undetermined"]["rows"] == 2


@pytest.mark.promise(2)
def test_a_withdrawal_between_reading_and_commit_is_respected(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row("bob")])
    acme.store.before_write = once(lambda: withdraws(acme.deps, "bob"))

    decision = acme.screen()

    assert acme.output(decision, "admitted") == row("ann")
    assert acme.output(decision, "rejected") == row("bob")


def test_a_screening_is_unavailable_while_consents_keep_changing(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])
    moved = iter(range(100))
    acme.store.before_write = lambda key: withdraws(acme.deps, f"p{next(moved)}")

    with pytest.raises(UnavailableError):
        acme.screen()

    assert not [key for key in acme.store.objects if key.endswith("report.json")]


def test_a_redelivery_answers_from_the_log_and_rewrites_nothing(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])
    first = acme.screen()
    lain = dict(acme.store.objects)

    again = acme.screen(at=LATER)

    assert again == first
    assert acme.store.objects == lain


def test_a_redelivery_after_a_withdrawal_denies_the_admitted_rows(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row("bob")])
    first = acme.screen()
    withdraws(acme.deps, "bob")

    again, third = acme.screen(at=LATER), acme.screen(at=LATER + SECOND)

    assert (again.outcome, again.revision, again.revises) == (Outcome.DENY, 2, 1)
    assert third == again
    assert reevaluate_screening(again, library()) == again
    report = acme.report(first)
    assert (report["outcome"], report["superseded"], report["revision"]) == ("deny", True, 2)


def test_a_redelivery_after_the_allow_expired_is_denied(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])
    first = acme.screen()
    assert first.expires_at

    assert acme.screen(at=first.expires_at).outcome is Outcome.DENY


def test_an_allow_expires_with_the_first_consent_of_an_admitted_row(
    acme: ScreeningDriver,
) -> None:
    ends = NOW + timedelta(minutes=3)
    acme.deps.grant(consent_event_id="short", person="bob", until=ends.isoformat())
    acme.put([row("ann"), row("bob")])

    assert acme.screen().expires_at == ends


@pytest.mark.promise(3)
def test_a_reused_request_id_is_a_conflict_for_screenings_and_requests(
    acme: ScreeningDriver,
) -> None:
    acme.put([row("ann")])
    acme.deps.decide(use_request("r-1"))
    acme.screen()

    with pytest.raises(ConflictingIdError):
        acme.screen(screening(declared_by="somebody-else"))
    with pytest.raises(ConflictingIdError):
        acme.screen(screening("r-1"))
    with pytest.raises(ConflictingIdError):
        acme.deps.decide(use_request("s-1"))


@pytest.mark.promise(3)
def test_two_concurrent_runs_share_one_decision_and_its_files(
    acme: ScreeningDriver,
) -> None:
    acme.put([row("ann"), row("bob")])
    withdraws(acme.deps, "bob")
    others: list[ScreeningDecision] = []

    def other_run() -> None:
        # In between bob grants, which increments no epoch: the second run would admit more rows.
        acme.deps.grant(consent_event_id="bob-again", person="bob")
        others.append(acme.screen())

    acme.store.before_write = once(other_run)

    decision = acme.screen()

    assert others == [decision]
    assert acme.output(decision, "admitted") == row("ann") + row("bob")
    assert acme.report(decision)["outputs"]["admitted"]["rows"] == 2


@pytest.mark.promise(1)
@pytest.mark.parametrize("write", range(5))
def test_a_crash_at_any_write_is_repaired_by_the_next_delivery(
    acme: ScreeningDriver, write: int
) -> None:
    acme.put([row("ann"), b"?\n"])
    remaining = [write]

    def crash(key: str) -> None:
        remaining[0] -= 1
        if remaining[0] == -1:
            raise Crash

    acme.store.before_write = crash
    with pytest.raises(Crash):
        acme.screen()
    assert not [key for key in acme.store.objects if key.endswith("report.json")]

    decision = acme.screen(at=LATER)

    assert decision.revision == 1
    assert acme.output(decision, "admitted") == row("ann")
    assert acme.report(decision)["outcome"] == "allow"


@pytest.mark.promise(1)
def test_a_denial_logged_before_our_report_wins(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])

    def overtaken(key: str) -> None:
        if key.endswith("report.json"):
            acme.store.before_write = lambda key: None
            withdraws(acme.deps, "ann")
            acme.screen(at=LATER)

    acme.store.before_write = overtaken

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert acme.report(decision)["outcome"] == "deny"


def test_a_forbidden_missing_or_too_long_manifest_is_rejected(acme: ScreeningDriver) -> None:
    with pytest.raises(NotFoundError):
        acme.screen()
    with pytest.raises(ForbiddenCustomerError):
        acme.screen(screening(manifest={"key": "globex/manifests/m", "format": "jsonl"}))
    with pytest.raises(ForbiddenCustomerError):
        ScreeningDriver(replace(acme.deps, caller=Caller.allowed("bucket", "globex"))).screen()
    acme.limits = ScreeningLimits(max_manifest=20)
    acme.put([row("ann")])
    with pytest.raises(InvalidRequestError, match="manifest"):
        acme.screen()
    assert list(acme.store.objects) == [KEY]


def test_more_row_patterns_than_fit_in_a_log_row_are_rejected(acme: ScreeningDriver) -> None:
    acme.limits = ScreeningLimits(max_log_row=3000)
    acme.put([row("ann"), row("ann", data="service_generated"), row("ann", data="public_web")])

    with pytest.raises(InvalidRequestError, match="manifest"):
        acme.screen()

    assert list(acme.store.objects) == [KEY]


def test_a_recording_is_admitted_completely_or_not_at_all(acme: ScreeningDriver) -> None:
    withdraws(acme.deps, "bob")
    free = [rttm_line("m1", "ann", "2.25"), rttm_line("m1", "cid", "0.25")]
    mixed = [rttm_line("m2", "ann"), rttm_line("m2", "bob")]
    acme.put([free[0], mixed[0], free[1], mixed[1]])

    decision = acme.screen(rttm_screening())

    assert acme.output(decision, "admitted") == b"".join(free)
    assert acme.output(decision, "rejected") == b"".join(mixed)
    admitted = decision.outputs["admitted"]
    assert (admitted.recordings, admitted.seconds, admitted.rows) == (1, 2.5, 2)
    assert admitted.key.endswith("/admitted.rttm")


@pytest.mark.promise(9)
def test_the_log_report_and_reasons_contain_no_direct_identifiers(acme: ScreeningDriver) -> None:
    withdraws(acme.deps, "canary-bob")
    acme.put([row("canary-ann"), row("canary-bob"), row("canary bad"), b'{"canary": NaN}\n'])

    decision = acme.screen(screening(declared_by="canary-declarant"))

    stored = encode_row(decision) + acme.output(decision, "reasons")
    assert b"canary" not in stored
    assert "canary" not in str(acme.report(decision)) + repr(acme.deps.client.tables["decisions"])


def test_progress_is_reported_in_bytes_until_the_end(acme: ScreeningDriver) -> None:
    acme.limits = ScreeningLimits(block=40_000)
    reported: list[tuple[int, int]] = []
    acme.put([row("ann")] * 1000)

    acme.screen(progress=lambda done, of: reported.append((done, of)))

    length = len(row("ann")) * 1000
    assert [of for _, of in reported] == [length] * 3
    assert sorted(done for done, _ in reported) == [done for done, _ in reported]
    assert reported[-1] == (length, length)


def test_a_screening_is_listed_with_its_uses_by_row_pattern(acme: ScreeningDriver) -> None:
    withdraws(acme.deps, "bob")
    acme.put([row("ann"), row("bob")])
    acme.deps.decide(use_request("r-1"))
    decision = acme.screen(at=NOW + SECOND)

    everybody = Caller.allowed("auditor", "*", {Permission.READ})
    page = list_uses(ACME, limit=9, page=None, caller=everybody, deps=acme.deps)
    shown = get_decision(decision.decision_id, caller=everybody, deps=acme.deps)

    assert shown == decision
    assert not isinstance(shown, Decision)
    assert [(use.outcome, use.count) for use in page.uses] == [("allow", 2), ("deny", 1)]
    assert page.uses[1].rules == ("house.no-use-on-refusal",)
