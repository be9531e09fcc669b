"""`consentry consent import` under failures: one unavailable row does not stop it, an error of AWS does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from consentry.consent.record_consent import record_consent
from consentry.kernel.errors import UnavailableError
from tests.testkit.command_line import Run, import_opt_outs, show_person


def failing_for_ben(error: Exception) -> Callable[..., object]:
    """A record_consent that fails for ben alone."""

    def record(consent_event: object, **deps: object) -> object:
        if getattr(consent_event, "person", None) == "ben":
            raise error
        return record_consent(consent_event, **deps)  # type: ignore[arg-type]

    return record


def test_an_import_that_stops_says_at_which_row_and_can_be_run_again(
    run: Run, tables: None, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "user_id,ai_opt_out\nana,true\nben,true\n"
    broken = ClientError({"Error": {"Code": "InternalServerError"}}, "GetItem")

    with monkeypatch.context() as patched:
        patched.setattr("consentry_cli.imports.record_consent", failing_for_ben(broken))
        code, _, errors = import_opt_outs(run, file, content)
    _, output, _ = import_opt_outs(run, file, content)

    assert code == 1
    assert "stopped at row 3: the rows before it are recorded, import again" in errors
    assert output[0].startswith("1 refused, 1 recorded before")


def test_an_unavailable_row_does_not_stop_the_later_ones(
    run: Run, tables: None, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "user_id,ai_opt_out\nana,true\nben,true\ncem,true\n"
    moving = UnavailableError("the party's consent state kept moving")

    with monkeypatch.context() as patched:
        patched.setattr("consentry_cli.imports.record_consent", failing_for_ben(moving))
        code, output, errors = import_opt_outs(run, file, content)

    assert code == 2
    assert errors == "row 3: the party's consent state kept moving; import again\n"
    assert output[0].startswith("2 refused, 0 recorded before")
    assert output[1].startswith("0 not read, 1 not recorded")
    assert "refused" in show_person(run, "cem")
