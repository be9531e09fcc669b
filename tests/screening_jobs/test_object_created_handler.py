"""A screening request in the bucket: its outputs and report, or its error file and dead letter."""

import json
from typing import Any

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from consentry.kernel.errors import UnavailableError
from consentry.screening_jobs.screen_manifest import ScreeningJob
from consentry_emulator.runtime import LambdaContext
from tests.testkit.api.bucket import Bucket
from tests.testkit.api.canaries import CANARY
from tests.testkit.api.fixtures import Customer
from tests.testkit.builders.screenings import CONSTANTS, row, rttm_line


@pytest.fixture
def bucket(acme: Customer) -> Bucket:
    acme.grants()
    return Bucket(acme)


def test_a_request_object_starts_a_screening_through_the_template(bucket: Bucket) -> None:
    bucket.customer.withdraws("bob")
    bucket.drop("manifests/m.jsonl", row("ann") + row("bob") + b"?\n")
    bucket.drop("requests/first one+2%20.json", bucket.request())

    bucket.cloud.deliver()

    (report,) = bucket.reports()
    outputs = {name: bucket.read(each["key"]) for name, each in report["outputs"].items()}
    assert report["outcome"] == "allow"
    assert (outputs["admitted"], outputs["rejected"]) == (row("ann"), row("bob"))
    assert outputs["undetermined"] == b"?\n"
    (decision,) = bucket.customer.decisions()
    assert decision["kind"] == "screening"
    assert decision["request_record"]["decision_id"] == report["decision_id"]


def test_an_rttm_manifest_is_screened(bucket: Bucket) -> None:
    bucket.drop("manifests/m.rttm", rttm_line("m1", "ann") + rttm_line("m2", "bob"))
    manifest = {"key": f"{bucket.customer.id}/manifests/m.rttm", "format": "rttm"}
    bucket.drop("requests/r.json", bucket.request(manifest=manifest, fields=CONSTANTS))

    assert bucket.invoke("requests/r.json").payload["outcome"] == "allow"

    (report,) = bucket.reports()
    assert report["outputs"]["admitted"]["recordings"] == 2


@pytest.mark.promise(3)
def test_repeated_requests_are_one_decision_and_denied_after_a_withdrawal(bucket: Bucket) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop("requests/r.json", bucket.request())

    answers = [bucket.invoke("requests/r.json").payload for _ in range(3)]
    bucket.customer.withdraws("ann")
    after = bucket.invoke("requests/r.json").payload

    assert answers == [answers[0]] * 3
    assert answers[0]["outcome"] == "allow"
    assert after == answers[0] | {"outcome": "deny"}
    assert [(report["outcome"], report["superseded"]) for report in bucket.reports()] == [
        ("deny", True)
    ]


def test_each_version_of_a_request_object_without_an_id_is_a_new_request(bucket: Bucket) -> None:
    request = bucket.request()
    del request["request_id"]
    bucket.drop("manifests/m.jsonl", row("ann"))

    bucket.drop("requests/r.json", request)
    first = [bucket.invoke("requests/r.json").payload for _ in range(2)]
    bucket.drop("requests/r.json", request | {"declared_by": "another"})
    second = bucket.invoke("requests/r.json").payload

    assert first[0] == first[1]
    assert first[0]["decision_id"] != second["decision_id"]
    assert second["outcome"] == "allow"


@pytest.mark.parametrize(
    ("content", "error", "field"),
    [
        (b"{", "invalid_request", "body"),
        (b" " * (256 * 1024 + 1), "invalid_request", "body"),
        (b"{}", "invalid_request", "customer"),
        ({"consented": True}, "invalid_request", "body"),
        ({"customer": "globex"}, "forbidden_customer", None),
        ({"manifest": {"key": "globex/manifests/m.jsonl", "format": "jsonl"}}, "forbidden_customer", None),
        ({"manifest": {"key": "M", "format": "xml"}}, "invalid_request", "manifest.format"),
        ({}, "not_found", None),
    ],
)  # fmt: skip
def test_an_invalid_request_object_gets_an_error_file_and_is_dead_lettered(
    bucket: Bucket, content: Any, error: str, field: str | None
) -> None:
    whole = content if isinstance(content, bytes) else bucket.request() | content

    bucket.drop("requests/bad.json", whole)
    bucket.cloud.deliver()

    written = bucket.error_file("bad")
    assert (written["error"], written["field"]) == (error, field)
    letters = [each.body for each in bucket.cloud.dead_letters()]
    assert any(f"{bucket.customer.id}/requests/bad.json" in body for body in letters)
    assert bucket.customer.decisions() == []


def test_a_request_object_with_a_reused_id_is_a_conflict(bucket: Bucket) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop("requests/r.json", bucket.request())
    bucket.invoke("requests/r.json")
    bucket.drop("requests/r.json", bucket.request(declared_by="another"))

    answer = bucket.invoke("requests/r.json")

    assert answer.error is not None
    assert answer.error.type == "ConflictingIdError"
    assert bucket.error_file("r")["field"] == "request_id"
    assert bucket.reports()[0]["outcome"] == "allow"


@pytest.mark.parametrize(
    ("key", "error_file"),
    [
        ("requests/sub/r.json", "sub/r"),
        ("requests/r.JSON", "r.JSON"),
        ("requests/r.Json", "r.Json"),
        ("requests/r.csv", "r.csv"),
        ("requests/r", "r"),
        ("requests/.json", ""),
        ("requests/sub/requests/r.json", "sub/requests/r"),
    ],
)
def test_a_request_object_under_another_name_gets_an_error_file_and_is_dead_lettered(
    bucket: Bucket, key: str, error_file: str
) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop(key, bucket.request())
    bucket.cloud.deliver()

    written = bucket.error_file(error_file)
    assert (written["error"], written["field"]) == ("invalid_request", "detail.object.key")
    letters = [json.loads(each.body) for each in bucket.cloud.dead_letters()]
    sent = [each["detail"]["object"]["key"] for each in letters if "detail" in each]
    assert f"{bucket.customer.id}/{key}" in sent
    assert bucket.customer.decisions() == []


def test_a_request_object_below_a_prefix_that_is_no_customer_gets_an_error_file(
    bucket: Bucket,
) -> None:
    prefix = f"{bucket.customer.id} inc"
    bucket.cloud.put_object(f"{prefix}/requests/r.json", b"{}")
    bucket.cloud.deliver()

    written = json.loads(
        bucket.s3.get_object(Bucket=bucket.name, Key=f"{prefix}/screenings/errors/r.json")[
            "Body"
        ].read()
    )
    assert (written["error"], written["field"]) == ("invalid_request", "customer")


@pytest.mark.parametrize("key", ["requests/", "requests/sub/"])
def test_a_folder_that_the_console_creates_is_no_error(bucket: Bucket, key: str) -> None:
    before = len(bucket.cloud.dead_letters())

    bucket.drop(key, b"")
    bucket.cloud.deliver()

    assert bucket.listed() == []
    assert len(bucket.cloud.dead_letters()) == before


@pytest.mark.parametrize(
    ("key", "changes", "field"),
    [
        ("manifests/requests/r.json", {}, "detail.object.key"),
        ("requests/r.json", {"bucket": {"name": "another"}}, "detail.bucket.name"),
        ("requests/r.json", {"bucket": {}}, "name"),
        ("requests/r.json", {"object": {"key": 7}}, "key"),
        ("requests/r.json", {"object": {"key": "/requests/r.json"}}, "detail.object.key"),
        ("requests/r.json", {"object": {"key": "r.json"}}, "detail.object.key"),
    ],
)
def test_an_event_for_another_object_raises_and_writes_nothing(
    bucket: Bucket, key: str, changes: dict[str, Any], field: str
) -> None:
    answer = bucket.invoke(key, **changes)

    assert answer.error is not None
    assert answer.error.type == "InvalidRequestError"
    assert answer.error.message.split(":")[0].endswith(field)
    assert bucket.listed() == []


def test_an_event_that_is_not_from_s3_is_rejected(bucket: Bucket) -> None:
    event = bucket.event("requests/r.json")

    for change in ({"source": "meetings.pipeline"}, {"detail-type": "Object Deleted"}):
        answer = bucket.cloud.invoke("ScreeningObjectCreatedFunction", event | change)
        assert answer.error is not None
        assert answer.error.type == "InvalidRequestError"


@pytest.mark.promise(9)
def test_screening_logs_errors_and_reports_contain_no_direct_identifiers(
    bucket: Bucket, capfd: pytest.CaptureFixture[str]
) -> None:
    bucket.customer.withdraws(f"{CANARY}-bob")
    bucket.drop(
        f"manifests/{CANARY}.jsonl",
        row(f"{CANARY}-ann") + row(f"{CANARY}-bob") + row(f"{CANARY} bad"),
    )
    manifest = {"key": f"{bucket.customer.id}/manifests/{CANARY}.jsonl", "format": "jsonl"}
    request = bucket.request(manifest=manifest, declared_by=CANARY, request_id=CANARY)
    poison = bucket.request(manifest={"key": CANARY, "format": CANARY}, model_owner=CANARY)
    bucket.drop("requests/r.json", request)
    bucket.drop("requests/bad.json", poison)

    answers = [bucket.invoke("requests/r.json"), bucket.invoke("requests/bad.json")]

    printed = capfd.readouterr()
    texts = [answer.log + str(answer.error) + str(answer.payload) for answer in answers]
    beside = [json.dumps(report) for report in bucket.reports()]
    beside += [
        bucket.read(key).decode()
        for key in bucket.listed()
        if "reasons" in key or "/errors/" in key
    ]
    rows = json.dumps(bucket.customer.decisions())
    assert answers[0].payload["outcome"] == "allow"
    assert len(beside) == 3
    for text in (*texts, *beside, rows, printed.out, printed.err):
        assert CANARY not in text


FAILURES: dict[str, Exception] = {
    "of AWS": ClientError({"Error": {"Code": "AccessDenied", "Message": CANARY}}, "PutObject"),
    "of Arrow": pa.ArrowNotImplementedError(CANARY),
    "of Python": KeyError(CANARY),
    "of ours": UnavailableError("the consents kept changing while they were read"),
    "of memory": MemoryError(CANARY),
    "of the disk": OSError(28, CANARY),
}


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(ScreeningJob, "earlier_decision", failing)


@pytest.mark.promise(9)
@pytest.mark.parametrize("kind", FAILURES)
def test_an_unexpected_error_leaves_an_error_file_and_its_event_in_our_words(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop("requests/r.json", bucket.request())

    with monkeypatch.context() as broken:
        fail(broken, FAILURES[kind])
        answer = bucket.invoke("requests/r.json")
        bucket.cloud.deliver()

    written = bucket.error_file("r")
    assert (written["error"], written["field"], written["retried"]) == ("unavailable", None, True)
    assert written["request"] == f"{bucket.customer.id}/requests/r.json"
    assert answer.error is not None
    assert answer.error.type == "UnavailableError"
    letters = [each.body for each in bucket.cloud.dead_letters()]
    assert any(f"{bucket.customer.id}/requests/r.json" in body for body in letters)
    texts = [answer.log, str(answer.error), json.dumps(written), *letters]
    assert not any(CANARY in text for text in texts)


@pytest.mark.parametrize("first", ["an invalid request", "an unexpected error"])
def test_a_corrected_request_clears_the_error_file(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    request = bucket.request() if first == "an unexpected error" else {"consented": True}
    bucket.drop("requests/r.json", request)
    with monkeypatch.context() as broken:
        if first == "an unexpected error":
            fail(broken, KeyError())
        bucket.invoke("requests/r.json")
    assert bucket.error_file("r")["error"] is not None

    bucket.drop("requests/r.json", bucket.request())
    answer = bucket.invoke("requests/r.json")

    assert answer.payload["outcome"] == "allow"
    assert bucket.error_file("r")["error"] is None
    assert bucket.error_file("r")["problem"] is None


def test_a_screening_without_an_error_writes_no_error_file(bucket: Bucket) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop("requests/r.json", bucket.request())

    assert bucket.invoke("requests/r.json").payload["outcome"] == "allow"

    assert not [key for key in bucket.listed() if "/errors/" in key]


def test_a_screening_that_would_not_end_in_time_says_so(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.drop("manifests/m.jsonl", row("ann"))
    bucket.drop("requests/r.json", bucket.request())
    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _: 29_000)

    answer = bucket.invoke("requests/r.json")

    assert answer.error is not None
    assert answer.error.type == "UnavailableError"
    written = bucket.error_file("r")
    assert written["problem"].startswith("the screening takes longer than the function may")
    assert bucket.customer.decisions() == []
