"""A row that gives a mapped field twice is undetermined: neither value may decide."""

from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.dependencies import NOW, SECOND, consent_event
from tests.testkit.builders.screenings import (
    AUDIO,
    COLLECTED_AT,
    FIELDS,
    ScreeningDriver,
    csv_screening,
    screening,
)

REST = f'"data": "{AUDIO}", "at": "{COLLECTED_AT}"'
NESTED: dict[str, Any] = FIELDS | {"people": {"field": "m.people", "role": "speaker"}}
LISTED: dict[str, Any] = FIELDS | {"people": {"field": "people"}}


@pytest.fixture
def acme(deps: Any) -> ScreeningDriver:
    """A driver for a customer with a person, ann, who withdrew."""
    deps.record(consent_event("ann-1", "withdrawal", person="ann"), at=NOW - SECOND)
    return ScreeningDriver(deps)


@pytest.mark.parametrize("clear_rows", [0, 3], ids=["by row", "by column"])
@pytest.mark.parametrize(
    ("row", "fields"),
    [
        pytest.param('"people": ["ann"], "people": ["bob"]', FIELDS, id="a field"),
        pytest.param('"people": ["ann"], "\\u0070eople": ["bob"]', FIELDS, id="an escaped name"),
        pytest.param('"m": {"people": ["ann"]}, "m": {"people": ["bob"]}', NESTED, id="its parent"),
        pytest.param('"m": {"people": ["ann"], "people": ["bob"]}', NESTED, id="a nested field"),
        pytest.param('"people": [{"person": "ann", "person": "bob"}]', LISTED, id="a person"),
    ],
)
def test_a_repeated_name_in_a_row_is_never_admitted(
    acme: ScreeningDriver, row: str, fields: dict[str, Any], clear_rows: int
) -> None:
    clear = {id(FIELDS): '"people": ["bob"]', id(NESTED): '"m": {"people": ["bob"]}'}.get(
        id(fields), '"people": [{"person": "bob", "role": "speaker"}]'
    )
    lines = [clear] * clear_rows + [row]
    acme.put(f"{{{each}, {REST}}}\n".encode() for each in lines)

    decision = acme.screen(screening(fields=fields))

    assert decision.outputs["admitted"].rows == clear_rows
    assert decision.outputs["undetermined"].rows == 1


def test_a_repeated_column_of_a_csv_manifest_is_rejected(acme: ScreeningDriver) -> None:
    acme.put([b"people,people,data,at\n", f"ann,bob,{AUDIO},{COLLECTED_AT}\n".encode()])

    with pytest.raises(InvalidRequestError, match="header"):
        acme.screen(csv_screening())
