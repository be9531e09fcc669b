"""A placeholder label is an unidentified person: its row is rejected where people must be named."""

from typing import Any

import pytest

from consentry.datasets.membership_file import build_membership_file
from consentry.kernel.errors import ConflictingIdError, InvalidRequestError
from tests.testkit.builders.derived_rows import row_outcomes, screen
from tests.testkit.builders.screenings import (
    FIELDS,
    TIMED_FIELDS,
    ScreeningDriver,
    row,
    rttm_line,
    rttm_screening,
    screening,
    screening_with_withdrawals,
)

MEETINGS = FIELDS | {"recording": TIMED_FIELDS["recording"]}
PLACEHOLDERS = [
    "SPEAKER_00",
    "SPEAKER00",
    "spk00",
    "spk_0",
    "speaker1",
    "speaker-12",
    "Speaker#3",
    "S0",
    "unknown",
    "UNKNOWN",
    "UNK",
    "unk_1",
    "<NA>",
    "n/a",
    "nan",
    "null",
    "none",
    "Guest-1",
    "anonymous",
    "unknown_speaker",
    "?",
    "-",
    "_",
]
PEOPLE = ["ann", "o'brien@x.example", "José", "auth0|5f7c", "1042", "guest-4417", "s1234567"]


@pytest.fixture
def acme() -> ScreeningDriver:
    return screening_with_withdrawals("bob")


@pytest.mark.parametrize("label", [*PLACEHOLDERS, "Speaker A", "Unknown Speaker 2", " "])
def test_a_label_of_a_diarisation_tool_is_an_unidentified_person(
    acme: ScreeningDriver, label: str
) -> None:
    telemetry = row(label, data="service_generated.telemetry")

    assert row_outcomes(acme, row(label), row("ann", label), telemetry, fields=FIELDS) == [
        "rejected",
        "rejected",
        "admitted",
    ]


def test_ids_of_people_are_no_placeholders(acme: ScreeningDriver) -> None:
    lines = [row(person) for person in PEOPLE]

    assert row_outcomes(acme, *lines, fields=FIELDS) == ["admitted"] * len(PEOPLE)


def test_a_withdrawal_next_to_a_placeholder_still_counts(acme: ScreeningDriver) -> None:
    lines = [row("bob", "SPEAKER_00"), row("SPEAKER_00")]

    decision = screen(acme, *lines, fields=FIELDS)

    rules = {rule for each in acme.reasons(decision) for rule in each["rules"]}
    assert "house.no-improvement-on-unidentified-people" in rules
    assert [len(pattern.evidence.people) for pattern in decision.row_patterns] == [2, 1]
    assert decision.manifest.people_count == 1


def test_a_placeholder_makes_its_whole_recording_rejected(acme: ScreeningDriver) -> None:
    acme.put([rttm_line("m1", "ann"), rttm_line("m1", "spk00"), rttm_line("m2", "ann")])

    decision = acme.screen(rttm_screening())

    assert [each["line"] for each in acme.reasons(decision)] == [1, 2]


def test_a_speaker_that_is_not_applicable_is_unidentified_whatever_the_placeholders(
    acme: ScreeningDriver,
) -> None:
    acme.put([rttm_line("m1", "<NA>"), rttm_line("m2", "SPEAKER_00")])

    decision = acme.screen(rttm_screening(placeholders=[]))

    assert [(each["line"], each["outcome"]) for each in acme.reasons(decision)] == [(1, "rejected")]


def test_the_placeholders_of_a_request_replace_the_default_ones(acme: ScreeningDriver) -> None:
    lines = [row("SPEAKER_00"), row("voice 7"), row("my voice 7")]

    assert row_outcomes(acme, *lines, fields=FIELDS, placeholders=["voice [0-9]+"]) == [
        "admitted",
        "rejected",
        "admitted",
    ]


@pytest.mark.parametrize("pattern", ["(", "a)|(b", r"\Qa", "(?=a)", r"(a)\1", "a{2000}", ""])
def test_a_placeholder_that_is_no_pattern_is_an_error(pattern: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"placeholders\.0"):
        screening(placeholders=[pattern])


def test_a_placeholder_is_no_person_of_the_data_set(acme: ScreeningDriver) -> None:
    acme.put([row("SPEAKER_00", data="service_generated.telemetry")])

    decision = acme.screen(screening())

    assert decision.allows
    (members,) = (content for key, content in acme.store.objects.items() if "people-" in key)
    assert members == build_membership_file([])


# ---------------------------------------------------------------- labels within a recording
def labels(*people: tuple[str, str, str]) -> dict[str, Any]:
    names = ("recording", "label", "person")
    return {
        "within": "recording",
        "people": [dict(zip(names, each, strict=True)) for each in people],
    }


@pytest.mark.parametrize("form", ["rttm", "jsonl"])
def test_labels_within_a_recording_mean_the_people_that_the_request_names(
    acme: ScreeningDriver, form: str
) -> None:
    parts = [("m1", "a"), ("m2", "a"), ("m3", "a"), ("m3", "b"), ("m4", "a")]
    named = labels(
        ("m1", "a", "ann"), ("m2", "a", "bob"), ("m3", "a", "ann"), ("m4", "a", "SPEAKER_1")
    )
    if form == "rttm":
        acme.put(rttm_line(*part) for part in parts)
        decision = acme.screen(rttm_screening(labels=named))
    else:
        acme.put(row(label, meeting=meeting) for meeting, label in parts)
        decision = acme.screen(screening(fields=MEETINGS, labels=named))

    # m2 is bob, who withdrew; b of m3 and a of m4 are not identified.
    outside = [(each["line"], each["rules"]) for each in acme.reasons(decision)]
    unidentified = ["house.no-improvement-on-unidentified-people"]
    assert outside == [
        (2, ["house.no-use-on-refusal"]),
        (3, unidentified),
        (4, unidentified),
        (5, unidentified),
    ]


def test_labels_that_the_request_does_not_name_are_unidentified(acme: ScreeningDriver) -> None:
    acme.put([rttm_line("m1", "ann"), rttm_line("m2", "ann")])

    decision = acme.screen(rttm_screening(labels=labels(("m1", "x", "ann"))))

    assert [each["line"] for each in acme.reasons(decision)] == [1, 2]


def test_the_same_request_id_with_another_person_for_a_label_is_an_error(
    acme: ScreeningDriver,
) -> None:
    acme.put([rttm_line("m1", "a")])
    first = acme.screen(rttm_screening(labels=labels(("m1", "a", "ann"))))

    assert acme.screen(rttm_screening(labels=labels(("m1", "a", "ann")))).at == first.at
    with pytest.raises(ConflictingIdError):
        acme.screen(rttm_screening(labels=labels(("m1", "a", "bob"))))


@pytest.mark.parametrize(
    "changed",
    [
        {"fields": FIELDS, "labels": labels()},
        {"fields": MEETINGS, "labels": labels(("m1", "a", "ann"), ("m1", "a", "bob"))},
        {"fields": MEETINGS, "labels": {"people": []}},
        {"fields": MEETINGS, "labels": labels(("m1", "a", "a\tb"))},
    ],
)
def test_labels_need_a_recording_and_one_person_each(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        screening(**changed)
    assert raised.value.field.startswith("labels")
