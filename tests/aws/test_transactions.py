"""Somebody else's write in the way is tried again; what is no cancellation is not taken for one."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.transactions import TRIES
from consentry.consent import record_consent
from consentry.decisions import decide
from consentry.kernel.errors import UnavailableError
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.errors import cancelled, failed
from tests.fakes.worlds import ACME, World, asked, consent_event


class Contended:
    """A client whose first transactions meet these errors, in turn, and write nothing."""

    def __init__(self, client: Any, *errors: ClientError) -> None:
        self.client, self.errors = client, list(errors)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **asked: Any) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        return self.client.transact_write_items(**asked)


CONFLICT = cancelled(["None", "TransactionConflict"])
IN_PROGRESS = failed("TransactionInProgressException", "TransactWriteItems")


@pytest.mark.parametrize("error", [CONFLICT, IN_PROGRESS], ids=["conflict", "in progress"])
def test_a_write_that_met_anothers_is_tried_again(fake: FakeDynamoDB, error: ClientError) -> None:
    World(Contended(fake, error)).record(consent_event("w", "withdrawal"))
    decision = World(Contended(fake, error)).decide(asked())

    assert World(fake).decisions.latest(decision.decision_id) == decision
    assert len(World(fake).consents.consent_events(ACME, "customer")) == 1


def test_writes_that_keep_meeting_others_are_no_answer(fake: FakeDynamoDB) -> None:
    decided = Contended(fake, *[CONFLICT] * decide.ATTEMPTS * (TRIES + 1))
    recorded = Contended(fake, *[CONFLICT] * record_consent.ATTEMPTS * (TRIES + 1))

    with pytest.raises(UnavailableError):
        World(decided).decide(asked())
    with pytest.raises(UnavailableError):
        World(recorded).record(consent_event("w", "withdrawal"))


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "AccessDeniedException", "InternalServerError"],
)
def test_an_error_that_is_no_cancellation_is_raised_as_it_is(fake: FakeDynamoDB, code: str) -> None:
    broken = Contended(fake, failed(code, "TransactWriteItems"))

    with pytest.raises(ClientError) as raised:
        World(broken).decide(asked())

    assert raised.value.response["Error"]["Code"] == code


def test_a_cancellation_for_another_reason_is_told_as_dynamodb_told_it(fake: FakeDynamoDB) -> None:
    too_large = Contended(fake, cancelled(["ValidationError", "None"]))

    with pytest.raises(ClientError) as raised:
        World(too_large).decide(asked())

    assert raised.value.response["Error"]["Code"] == "TransactionCanceledException"


def test_the_waits_between_tries_grow_and_are_taken(fake: FakeDynamoDB) -> None:
    deps = World(Contended(fake, *[CONFLICT] * 3))

    deps.record(consent_event("w", "withdrawal"))

    assert len(deps.pauses) == 3
