"""`consentry consent import` under failures: a row that is not answered keeps none back, a broken AWS stops it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from consentry.consent.record_consent import record_consent
from consentry.kernel.errors import UnavailableError
from tests.cli.conftest import Run
from tests.cli.import_command import import_file, show_person


def failing_for_ben(error: Exception) -> Callable[..., object]:
    """Ben's act alone is not recorded."""

    def falter(consent_event: object, **deps: object) -> object:
        if getattr(consent_event, "person", None) == "ben":
            raise error
        return record_consent(consent_event, **deps)  # type: ignore[arg-type]

    return falter


def test_an_import_that_stops_says_at_which_row_and_can_be_run_again(
    run: Run, tables: None, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "user_id,ai_opt_out\nana,true\nben,true\n"
    broken = ClientError({"Error": {"Code": "InternalServerError"}}, "GetItem")

    with monkeypatch.context() as patched:
        patched.setattr("consentry_cli.consent_import.record_consent", failing_for_ben(broken))
        code, _, told = import_file(run, file, content)
    _, said, _ = import_file(run, file, content)

    assert code == 1
    assert "stopped at row 3: the rows before it are recorded, import again" in told
    assert said[0].startswith("1 refused, 1 recorded before")


def test_a_row_that_is_not_answered_keeps_no_later_one_back(
    run: Run, tables: None, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "user_id,ai_opt_out\nana,true\nben,true\ncem,true\n"
    moving = UnavailableError("the party's consent state kept moving")

    with monkeypatch.context() as patched:
        patched.setattr("consentry_cli.consent_import.record_consent", failing_for_ben(moving))
        code, said, told = import_file(run, file, content)

    assert code == 2
    assert told == "row 3: the party's consent state kept moving; import again\n"
    assert said[0].startswith("2 refused, 0 recorded before")
    assert said[1].startswith("0 not read, 1 not recorded")
    assert "refused" in show_person(run, "cem")
