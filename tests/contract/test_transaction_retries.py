"""Transactions retry after a conflict with another one, and only then."""

import pytest
from botocore.exceptions import ClientError

from consentry.aws.transactions import PATIENT_RETRIES
from consentry.consent import record_consent
from consentry.kernel.errors import UnavailableError
from tests.testkit.builders.dependencies import ACME, FakeDependencies, consent_event
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import cancelled, failed
from tests.testkit.fakes.faults import CONFLICT, ConflictingClient

IN_PROGRESS = failed("TransactionInProgressException", "TransactWriteItems")


@pytest.mark.parametrize("error", [CONFLICT, IN_PROGRESS], ids=["conflict", "in progress"])
def test_a_write_retries_after_a_transaction_conflict(
    fake: FakeDynamoDB, error: ClientError
) -> None:
    FakeDependencies(ConflictingClient(fake, error)).record(consent_event("w", "withdrawal"))

    assert len(FakeDependencies(fake).consents.consent_events(ACME, "customer")) == 1


def test_writes_that_keep_conflicting_are_unavailable(fake: FakeDynamoDB) -> None:
    recorded = ConflictingClient(
        fake, *[CONFLICT] * record_consent.ATTEMPTS * (PATIENT_RETRIES + 1)
    )

    with pytest.raises(UnavailableError):
        FakeDependencies(recorded).record(consent_event("w", "withdrawal"))


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "AccessDeniedException", "InternalServerError"],
)
def test_an_error_other_than_a_cancellation_is_raised_unchanged(
    fake: FakeDynamoDB, code: str
) -> None:
    broken = ConflictingClient(fake, failed(code, "TransactWriteItems"))

    with pytest.raises(ClientError) as raised:
        FakeDependencies(broken).record(consent_event("w", "withdrawal"))

    assert raised.value.response["Error"]["Code"] == code


def test_a_cancellation_for_another_reason_is_raised_unchanged(fake: FakeDynamoDB) -> None:
    too_large = ConflictingClient(fake, cancelled(["ValidationError", "None"]))

    with pytest.raises(ClientError) as raised:
        FakeDependencies(too_large).record(consent_event("w", "withdrawal"))

    assert raised.value.response["Error"]["Code"] == "TransactionCanceledException"


def test_retries_wait_between_attempts(fake: FakeDynamoDB) -> None:
    deps = FakeDependencies(ConflictingClient(fake, *[CONFLICT] * 3))

    deps.record(consent_event("w", "withdrawal"))

    assert len(deps.pauses) == 3
