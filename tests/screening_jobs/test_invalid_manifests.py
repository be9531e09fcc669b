"""Invalid manifests: no row is lost, and no invalid row is admitted."""

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.limits import ScreeningLimits
from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.screenings import (
    CONSTANTS,
    ScreeningDriver,
    csv_screening,
    row,
    screening,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

OUTCOMES = ("admitted", "rejected", "undetermined")
PEOPLE_ALONE = CONSTANTS | {"people": {"field": "p", "role": "speaker"}}


@pytest.fixture
def acme() -> ScreeningDriver:
    client = FakeDynamoDB()
    create_tables(client)
    screened = ScreeningDriver(FakeDependencies(client))
    screened.deps.grant()
    screened.deps.record(consent_event("w", "withdrawal", person="bob"))
    return screened


@pytest.mark.promise(4)
def test_one_invalid_row_in_a_million_affects_only_itself(acme: ScreeningDriver) -> None:
    half = b'{"p":"ann"}\n{"p":"bob"}\n' * 250_000
    acme.put([half, b'{"p":"ann"\n', half])

    decision = acme.screen(screening(fields=PEOPLE_ALONE))

    assert [decision.outputs[name].rows for name in OUTCOMES] == [500_000, 500_000, 1]
    assert decision.invalid_rows == {"body: is not one well-formed JSON document": 1}
    assert acme.output(decision, "undetermined") == b'{"p":"ann"\n'
    assert acme.output(decision, "admitted") == b'{"p":"ann"}\n' * 500_000
    assert acme.output(decision, "rejected") == b'{"p":"bob"}\n' * 500_000
    last = acme.output(decision, "reasons").rstrip().rpartition(b"\n")[2]
    assert last.startswith(b'{"line": 1000001, "outcome": "rejected"')


@pytest.mark.promise(4)
@pytest.mark.parametrize("block", [1, 50, 1000])
def test_invalid_rows_anywhere_affect_only_themselves(acme: ScreeningDriver, block: int) -> None:
    acme.limits = ScreeningLimits(block=block)
    rows = [b'{"p":"ann"}\n'] * 300
    bad = {0: b"\n", 7: b"{}\n", 150: b'{"p":"ann"} {"p":"ann"}\n', 151: b"\n", 299: b'{"p":'}
    acme.put(bad.get(index, line) for index, line in enumerate(rows))

    decision = acme.screen(screening(fields=PEOPLE_ALONE))

    assert acme.output(decision, "admitted") == b"".join(rows[: 300 - len(bad)])
    assert acme.output(decision, "undetermined") == b"".join(bad.values())
    assert [each["line"] for each in acme.reasons(decision)] == [index + 1 for index in bad]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig", "cp037"])
def test_rows_in_another_encoding_are_undetermined(acme: ScreeningDriver, encoding: str) -> None:
    text = row("ann", note="z\u00fcrich").decode("ascii").encode().decode("unicode_escape")
    content = text.encode(encoding)
    acme.put([content])

    decision = acme.screen()

    assert decision.outputs["admitted"].rows == 0
    assert not decision.allows
    assert acme.output(decision, "undetermined") == content


@pytest.mark.parametrize("header", [0, 1])
def test_a_row_longer_than_the_limit_rejects_the_manifest(
    acme: ScreeningDriver, header: int
) -> None:
    acme.limits = ScreeningLimits(block=1000, max_row=10_000)
    acme.put([b"data,at,people\n" * header, b'"', b"x\n" * 20_000])

    with pytest.raises(InvalidRequestError, match=r"^manifest: has a row of more than"):
        acme.screen(
            csv_screening(
                fields={
                    "people": {"field": "people", "role": "speaker"},
                    "data": {"field": "data"},
                    "collected_at": {"field": "at"},
                    "collected_by": {"constant": "meeting_summary"},
                }
            )
        )
