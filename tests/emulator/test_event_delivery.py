"""Events are delivered by the wiring of the template, with AWS's retries, batches and dead-letter queues."""

import json
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator

CALLER = {"sub": "ann", "scopes": ["a", "b"], "admin": True}


def test_the_api_sends_a_payload_of_format_two(probes: Emulator) -> None:
    response = probes.http("GET", "/things/a%20b?x=1&x=2&y=", claims=CALLER)

    event = json.loads(response["body"])["event"]
    assert event["routeKey"] == "GET /things/{thing}"
    assert event["pathParameters"] == {"thing": "a b"}
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert event["requestContext"]["authorizer"]["jwt"]["claims"] == {
        "iss": "https://issuer",
        "aud": "probes",
        "sub": "ann",
        "scopes": "[a b]",
        "admin": "true",
    }


def test_the_route_with_the_fewest_parameters_wins(probes: Emulator) -> None:
    response = probes.http("GET", "/things/fixed", claims=CALLER)

    assert json.loads(response["body"])["event"]["routeKey"] == "GET /things/fixed"


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scope": "things/read"}, 200),
        ({"scope": "openid things/admin"}, 200),
        ({"scp": ["things/read"]}, 200),
        ({"scope": "things/write"}, 403),
        ({"scope": "things/reader"}, 403),
        ({"scope": "", "scp": "things/read"}, 403),
        ({"sub": "things/read"}, 403),
        ({}, 403),
        (None, 401),
    ],
    ids=str,
)
def test_a_route_with_scopes_needs_a_token_with_one_of_them(
    probes: Emulator, claims: dict[str, Any] | None, status: int
) -> None:
    response = probes.http("GET", "/scoped", claims=claims)

    assert response["statusCode"] == status
    assert len(probes.deliveries) == (status == 200)


def test_without_a_token_of_this_issuer_the_api_answers_401_itself(probes: Emulator) -> None:
    for claims in (None, {"iss": "https://elsewhere"}, {"aud": "others"}):
        assert probes.http("GET", "/things/fixed", claims=claims)["statusCode"] == 401

    assert probes.deliveries == []


def test_an_unknown_route_is_404_and_a_failing_handler_500(probes: Emulator) -> None:
    assert probes.http("DELETE", "/things", claims=CALLER)["statusCode"] == 404
    assert probes.http("GET", "/fails", claims=CALLER)["statusCode"] == 500

    assert probes.deliveries[0].error is not None
    assert probes.deliveries[0].error.type == "ValueError"


def test_a_handler_has_its_own_environment_and_nothing_of_this_process(probes: Emulator) -> None:
    answer = probes.invoke("Echo", {}).payload

    environment = answer["environment"]
    assert environment["ONLY_ECHO"] == "yes"
    assert environment["TABLE"] == "test-Rows"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "test-Echo"
    assert "PYTEST_CURRENT_TEST" not in environment
    assert 0 < answer["remaining"] <= 3000


def test_the_output_of_a_handler_is_the_log_of_its_invocation(probes: Emulator) -> None:
    assert probes.invoke("Echo", {}).log == "echo in test-Echo\n"


def test_an_event_that_no_rule_matches_is_logged_and_not_delivered(probes: Emulator) -> None:
    probes.put_event("probe", "Unmatched", {}, bus="Bus")
    probes.deliver()

    (delivery,) = probes.deliveries
    assert delivery.function is None


def test_a_rule_delivers_an_event_and_what_its_handler_publishes(
    probes: Emulator,
) -> None:
    probes.put_event("probe", "Ask", {}, bus="Bus")
    probes.deliver()

    delivered, published = probes.deliveries
    assert (delivered.function, delivered.answer, delivered.attempts) == (
        "Answers",
        "answered",
        1,
    )
    assert published.event["detail-type"] == "Answer"
    assert published.event["detail"] == {"to": delivered.event["id"]}


def test_a_failing_event_is_retried_twice_and_sent_unchanged_to_the_dead_letter_queue(
    probes: Emulator,
) -> None:
    probes.put_event("probe", "Bad", {"n": 1}, bus="Bus")
    probes.deliver()

    (delivery,) = probes.deliveries
    (letter,) = probes.dead_letters()
    assert (delivery.attempts, delivery.dead_letter_queue, delivery.lost) == (
        3,
        "test-Letters",
        False,
    )
    assert json.loads(letter.body) == delivery.event
    assert letter.attributes["ErrorMessage"] == "no good"
    assert set(letter.attributes) == {"RequestID", "ErrorCode", "ErrorMessage"}


def test_a_failing_event_without_dead_letter_queue_is_logged_as_lost(probes: Emulator) -> None:
    probes.put_event("probe", "Unkept", {}, bus="Bus")
    probes.deliver()

    (delivery,) = probes.deliveries
    assert (delivery.attempts, delivery.dead_letter_queue, delivery.lost) == (1, None, True)


def test_only_the_failed_messages_of_a_batch_are_received_again_and_three_times(
    probes: Emulator,
) -> None:
    for body in ("good", "bad", "fine"):
        probes.send_message(body, queue="Work")
    probes.deliver()

    batches = [[record["body"] for record in each.event["Records"]] for each in probes.deliveries]
    assert batches == [["good", "bad", "fine"], ["bad"], ["bad"]]
    assert [letter.body for letter in probes.dead_letters()] == ["bad"]


def test_reading_dead_letters_does_not_remove_them(probes: Emulator) -> None:
    probes.send_message("bad", queue="Work")
    probes.deliver()

    assert probes.dead_letters() == probes.dead_letters() != []


def test_an_object_is_notified_on_the_default_bus_with_its_version(probes: Emulator) -> None:
    probes.put_object("acme/in/one.json", b"{}", bucket="Objects")
    probes.put_object("acme/in/two.json", b"{}", bucket="Objects")
    probes.put_object("acme/out/x.json", b"{}", bucket="Objects")
    probes.deliver()

    first, second = [each.event for each in probes.deliveries if each.function == "Answers"]
    assert first["detail"]["object"]["key"] == "acme/in/one.json"
    assert first["detail"]["object"]["size"] == 2
    assert first["detail"]["object"]["version-id"]
    assert first["detail"]["object"]["sequencer"] < second["detail"]["object"]["sequencer"]
    assert first["id"] != second["id"]
