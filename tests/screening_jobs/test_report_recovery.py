"""A report that is written late, or before a crash, never restores an allow that was revoked."""

from collections.abc import Callable
from typing import IO

import pytest

from consentry.screening.repository import MediaType
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.dynamodb_tables import create_tables


@pytest.fixture
def acme() -> ScreeningDriver:
    client = FakeDynamoDB()
    create_tables(client)
    deps = FakeDependencies(client)
    deps.grant()
    return ScreeningDriver(deps)


def withdraws_and_redelivers(acme: ScreeningDriver) -> Callable[[str], None]:
    """Before the first report is written: a withdrawal, and another run of the same request."""
    once = [None]

    def meanwhile(key: str) -> None:
        if key.endswith("report.json") and once:
            once.pop()
            acme.deps.record(consent_event("w", "withdrawal", person="ann"), at=NOW - SECOND)
            acme.screen()

    return meanwhile


def test_a_report_written_late_does_not_overwrite_the_denial(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])
    acme.store.before_write = withdraws_and_redelivers(acme)

    decision = acme.screen()

    assert (decision.outcome, decision.revision) == ("deny", 2)
    assert acme.report(decision)["outcome"] == "deny"


def test_a_run_that_crashes_after_its_late_report_leaves_the_denial(
    acme: ScreeningDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.put([row("ann")])
    acme.store.before_write = withdraws_and_redelivers(acme)
    write_if_absent = acme.store.write_if_absent

    def dying(key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES) -> None:
        write_if_absent(key, content, media_type)
        if key.endswith("report.json"):
            raise Crash

    monkeypatch.setattr(acme.store, "write_if_absent", dying)
    with pytest.raises(Crash):
        acme.screen()

    (report,) = [key for key in acme.store.objects if key.endswith("report.json")]
    assert b'"outcome": "deny"' in acme.store.objects[report]
