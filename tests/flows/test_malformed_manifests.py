"""Manifests as nobody wants them: reported, nothing lost, and nothing of them admitted that is not clear."""

import gzip

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests import lines_manifest
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.screenings import CONSTANTS, Screened, csv_screening, row, screening
from tests.fakes.tables import create_tables
from tests.fakes.worlds import World, consent_event

PLACES = ("admitted", "rejected", "undetermined")
PEOPLE_ALONE = CONSTANTS | {"people": {"field": "p", "role": "speaker"}}


@pytest.fixture
def acme() -> Screened:
    client = FakeDynamoDB()
    create_tables(client)
    screened = Screened(World(client))
    screened.deps.grant()
    screened.deps.record(consent_event("w", "withdrawal", person="bob"))
    return screened


def test_one_bad_row_in_the_middle_of_a_million(acme: Screened) -> None:
    half = b'{"p":"ann"}\n{"p":"bob"}\n' * 250_000
    acme.put([half, b'{"p":"ann"\n', half])

    decision = acme.screen(screening(fields=PEOPLE_ALONE))

    assert [decision.outputs[name].rows for name in PLACES] == [500_000, 500_000, 1]
    assert decision.invalid_rows == {"body: is not one well-formed JSON document": 1}
    assert acme.output(decision, "undetermined") == b'{"p":"ann"\n'
    assert acme.output(decision, "admitted") == b'{"p":"ann"}\n' * 500_000
    assert acme.output(decision, "rejected") == b'{"p":"bob"}\n' * 500_000
    last = acme.output(decision, "reasons").rstrip().rpartition(b"\n")[2]
    assert last.startswith(b'{"line": 1000001, "outcome": "rejected"')


@pytest.mark.parametrize("block", [1, 50, 1000])
def test_bad_rows_anywhere_stand_alone(
    acme: Screened, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", block)
    rows = [b'{"p":"ann"}\n'] * 300
    bad = {0: b"\n", 7: b"{}\n", 150: b'{"p":"ann"} {"p":"ann"}\n', 151: b"\n", 299: b'{"p":'}
    acme.put(bad.get(place, line) for place, line in enumerate(rows))

    decision = acme.screen(screening(fields=PEOPLE_ALONE))

    assert acme.output(decision, "admitted") == b"".join(rows[: 300 - len(bad)])
    assert acme.output(decision, "undetermined") == b"".join(bad.values())
    assert [each["line"] for each in acme.reasons(decision)] == [place + 1 for place in bad]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "utf-8-sig", "cp037"])
def test_another_encoding_is_not_guessed(acme: Screened, encoding: str) -> None:
    text = row("ann", note="z\u00fcrich").decode("ascii").encode().decode("unicode_escape")
    content = text.encode(encoding)
    acme.put([content])

    decision = acme.screen()

    assert decision.outputs["admitted"].rows == 0
    assert not decision.allows
    assert acme.output(decision, "undetermined") == content


def test_a_gzip_bomb_is_not_unpacked(acme: Screened) -> None:
    acme.put([gzip.compress(row("ann") * 500_000)])

    with pytest.raises(InvalidRequestError, match=r"^manifest: is compressed"):
        acme.screen()


@pytest.mark.parametrize("header", [0, 1])
def test_a_row_without_an_end_is_no_row(
    acme: Screened, monkeypatch: pytest.MonkeyPatch, header: int
) -> None:
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(lines_manifest, "MAX_ROW_BYTES", 10_000)
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
