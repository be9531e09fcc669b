"""`consentry consent coverage`, `renew` and `show --at`, on tables and a bus of moto."""

import json
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
import time_machine

from consentry.aws import clients
from tests.testkit.command_line import Run

SCOPE_OPTIONS = ("--use", "fine_tune/meeting_summary", "--data", "customer_content")
BEFORE = datetime(2023, 8, 1, 12, tzinfo=UTC)
AFTER = datetime(2023, 9, 1, 12, tzinfo=UTC)
"""Between them zoom-terms@2023-08-11 came into force, which is material for training."""


@pytest.fixture
def bus(tables: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bus with a rule that sends its events to a queue; returns the URL of the queue."""
    clients.eventbridge.cache_clear()
    monkeypatch.setenv("EVENT_BUS", "renewals")
    monkeypatch.setenv("DEFAULT_TERMS", "zoom-terms")
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name="renewals")
    url = sqs.create_queue(QueueName="renewals")["QueueUrl"]
    pattern = json.dumps({"detail-type": ["ConsentRenewalDue"]})
    events.put_rule(Name="renewals", EventBusName="renewals", EventPattern=pattern)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    target = {"Id": "renewals", "Arn": arn["QueueArn"]}
    events.put_targets(Rule="renewals", EventBusName="renewals", Targets=[target])  # type: ignore[list-item]
    return url


def published(url: str) -> list[dict[str, object]]:
    received = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"])["detail"] for message in received.get("Messages", [])]


@pytest.fixture
def granted(run: Run, bus: str, tmp_path: Path) -> str:
    """The customer and ana granted before the change, ben withdrew after it."""
    text = tmp_path / "form.txt"
    text.write_text("May we learn from your meetings?")
    with time_machine.travel(BEFORE, tick=False):
        form = run("consent", "form", text, "--customer", "acme", *SCOPE_OPTIONS).out.strip()
        for person in (("--party", "customer"), ("--person", "ana"), ("--person", "ben")):
            signed = ("--form", form, "--signature", "click")
            assert run("consent", "grant", "acme", *SCOPE_OPTIONS, *signed, *person).code == 0
    with time_machine.travel(AFTER, tick=False):
        assert run("consent", "withdraw", "acme", "--person", "ben").code == 0
    return bus


def test_parties_with_invalidated_grants_are_published_once(
    run: Run, granted: str, tmp_path: Path
) -> None:
    people = tmp_path / "people.txt"
    people.write_text("ana\nben\ncid\n")

    with time_machine.travel(AFTER, tick=False):
        first = run("consent", "renew", "acme", people, "--rate", "1000")
        again = run("consent", "renew", "acme", people, "--rate", "1000")
        due = published(granted)  # SQS would delete them by today's date.

    assert (first.out, again.out) == tuple(
        f"{count} ConsentRenewalDue events published; checked the customer and 3 people\n"
        for count in (2, 0)
    )
    assert [(each["customer"], each["party"]) for each in due] == [
        ("acme", "customer"),
        ("acme", {"person": "ana"}),
    ]


def test_a_list_of_people_has_one_id_of_any_text_per_line(
    run: Run, granted: str, tmp_path: Path
) -> None:
    people = tmp_path / "people.txt"
    people.write_bytes("\ufeffJosé Ann\r\n\nauth0|5f7c\na\u2028b\n".encode())

    with time_machine.travel(AFTER, tick=False):
        renewed = run("consent", "renew", "acme", people, "--rate", "1000")

    assert renewed.out.endswith("checked the customer and 3 people\n")


@pytest.mark.parametrize("content", [b"ana \n", b" ana\n", b"ana\tben\n", b"\xff\n"])
def test_a_list_of_people_with_an_unclear_id_is_an_error(
    run: Run, granted: str, tmp_path: Path, content: bytes
) -> None:
    people = tmp_path / "people.txt"
    people.write_bytes(content)

    assert run("consent", "renew", "acme", people, "--rate", "1000").code == 1


def test_people_are_counted_by_status_over_time(run: Run, granted: str) -> None:
    at = ("--at", "2023-08-02T00:00:00Z", "--at", "2023-09-02T00:00:00Z")

    counted = run("consent", "coverage", "acme", *at)
    rows = json.loads(run("consent", "coverage", "acme", *at, "--json").out)

    training = [row for row in rows if row["operation"] == "fine_tune" and row["customer"]]
    assert [(row["status"], row["people"]) for row in training] == [
        ("granted", 2),
        ("invalidated", 1),
    ]
    assert "2 granted" in counted.out
    assert "1 invalidated, 1 withdrawn" in counted.out


def test_consent_is_shown_as_of_another_time(run: Run, granted: str) -> None:
    show = ("consent", "show", "acme", "--person", "ben", "--at")

    before, after = run(*show, "2023-08-02T00:00:00Z"), run(*show, "2023-09-02T00:00:00Z")

    assert "statuses at version 1" in before.out
    assert "withdrawn" not in before.out
    assert "withdrawn" in after.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("coverage", "acme", "--at", "today"), "moments.0: must be an RFC 3339 date and time"),
        (
            ("show", "acme", "--party", "customer", "--at", "today"),
            "at: must be an RFC 3339 date and time",
        ),
        (("renew", "acme", "nowhere.txt"), "nowhere.txt: cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_an_invalid_argument_is_an_error_that_names_its_field(
    run: Run, bus: str, words: tuple[str, ...], why: str
) -> None:
    ended = run("consent", *words)

    assert ended.code == 1
    assert why in ended.err


def test_without_a_bus_there_is_an_error(
    run: Run, granted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENT_BUS")
    people = tmp_path / "people.txt"
    people.write_text("ana")

    ended = run("consent", "renew", "acme", people)

    assert ended.code == 1
    assert "EVENT_BUS: not set" in ended.err
