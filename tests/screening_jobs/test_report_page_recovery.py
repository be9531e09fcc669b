"""A report page that is late or missing is written again, and never shows an allow that was revoked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.html_pages import page_heading, stored_report_page


@pytest.fixture
def acme(deps: FakeDependencies) -> ScreeningDriver:
    return ScreeningDriver(deps)


def stored_keys(acme: ScreeningDriver, name: str) -> list[str]:
    return [key for key in acme.store.objects if key.endswith(name)]


def before_the_page(action: Callable[[], Any]) -> Callable[[str], None]:
    """Do something once, before the page is written."""
    actions = [action]
    return lambda key: actions.pop()() if actions and key.endswith("report.html") else None


def crash() -> None:
    raise Crash


def test_a_crash_before_the_page_is_repaired_by_the_next_delivery(
    acme: ScreeningDriver,
) -> None:
    acme.put([row("ann")])
    acme.store.before_write = before_the_page(crash)
    with pytest.raises(Crash):
        acme.screen()
    assert (len(stored_keys(acme, "report.json")), stored_keys(acme, "report.html")) == (1, [])

    decision = acme.screen()

    assert page_heading(stored_report_page(decision, acme.store)) == "Allowed"


def test_a_page_older_than_its_denial_report_is_replaced_on_redelivery(
    acme: ScreeningDriver,
) -> None:
    acme.put([row("ann")])
    first = acme.screen()
    acme.deps.record(consent_event("w-ann", "withdrawal", person="ann"), at=NOW)
    acme.store.before_write = before_the_page(crash)
    with pytest.raises(Crash):
        acme.screen(at=NOW + SECOND)
    assert (acme.report(first)["outcome"], page_heading(stored_report_page(first, acme.store))) == (
        "deny",
        "Allowed",
    )

    acme.screen(at=NOW + SECOND)

    assert page_heading(stored_report_page(first, acme.store)) == "Denied: superseded"


def test_a_page_written_late_does_not_overwrite_the_denial(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])

    def overtake() -> None:
        acme.deps.record(consent_event("w-ann", "withdrawal", person="ann"), at=NOW)
        acme.screen(at=NOW + SECOND)
        acme.store.write = None  # type: ignore[method-assign,assignment] # The late run dies before it writes more.

    acme.store.before_write = before_the_page(overtake)

    with pytest.raises(TypeError):
        acme.screen()

    (html,) = stored_keys(acme, "report.html")
    assert b"Denied: superseded" in acme.store.objects[html]
