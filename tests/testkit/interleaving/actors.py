"""An actor is a function of the answers it was given: run again from its start, it stops at its next call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError, UnavailableError
from tests.testkit.fakes.dynamodb_errors import Exceptions
from tests.testkit.fakes.dynamodb_queries import Paginator
from tests.testkit.interleaving.linearizability import Operation

UNAVAILABLE_ERRORS = (ClientError, UnavailableError, ConsentChangedError, AlreadyDecidedError)
"""What ends a delivery without an answer: whoever asked asks again, as SQS would."""

READS = frozenset({"get_item", "query"})

type Report = Callable[[Any], None]
type Answer = Mapping[str, Any] | ClientError


@dataclass(frozen=True)
class Work:
    """One thing an actor has to get done: `run(client, attempt, tell)` is one delivery of it."""

    operation: Operation
    run: Callable[[Any, int, Report], None]


@dataclass(frozen=True)
class Call:
    """A call of the client that an actor is about to make."""

    name: str
    asked: Mapping[str, Any]

    @property
    def reads(self) -> bool:
        """Whether the call only reads."""
        return self.name in READS


class _Paused(BaseException):
    def __init__(self, call: Call) -> None:
        self.call = call


class ReplayingClient:
    """The client as an actor sees it: it knows the answers so far, and stops at the first call beyond them."""

    exceptions = Exceptions

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self._answers = iter(answers)

    def get_item(self, **asked: Any) -> Answer:
        """A step."""
        return self._step("get_item", asked)

    def put_item(self, **asked: Any) -> Answer:
        """A step."""
        return self._step("put_item", asked)

    def delete_item(self, **asked: Any) -> Answer:
        """A step."""
        return self._step("delete_item", asked)

    def get_paginator(self, operation: str) -> Paginator:
        """A step for each page."""
        return {"query": Paginator(self.query)}[operation]  # type: ignore[arg-type]

    def query(self, **asked: Any) -> Answer:
        """A step."""
        return self._step("query", asked)

    def transact_write_items(self, **asked: Any) -> Answer:
        """A step."""
        return self._step("transact_write_items", asked)

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:  # noqa: N803
        """A step for each key: a batch is many reads, with anything in between, not one snapshot."""
        ((table, request),) = RequestItems.items()
        strong = request.get("ConsistentRead", False)
        asked = [{"TableName": table, "Key": key} for key in request["Keys"]]
        found = [self.get_item(**each, ConsistentRead=strong) for each in asked]
        items = [each["Item"] for each in found if "Item" in each]  # type: ignore[operator,index]
        return {"Responses": {table: items}, "UnprocessedKeys": {}}

    def _step(self, name: str, asked: Mapping[str, Any]) -> Answer:
        answer = next(self._answers, None)
        if answer is None:
            raise _Paused(Call(name, asked))
        if isinstance(answer, ClientError):
            raise answer
        return answer


class Progress:
    """How far one delivery has come: its next call (None: it ended), and what it has told its caller."""

    def __init__(self, work: Work, attempt: int, answers: tuple[Answer, ...] = ()) -> None:
        self.work, self.attempt, self._answers = work, attempt, answers
        self._later: dict[str, Progress] = {}
        self.reported: list[Any] = []
        self.call: Call | None = None
        self.failed = False
        try:
            work.run(ReplayingClient(answers), attempt, self.reported.append)
        except _Paused as paused:
            self.call = paused.call
        except UNAVAILABLE_ERRORS:
            self.failed = True

    def after(self, answer: Answer) -> "Progress":
        """The delivery once its call is answered so."""
        key = repr(answer.response if isinstance(answer, ClientError) else answer)
        if key not in self._later:
            self._later[key] = Progress(self.work, self.attempt, (*self._answers, answer))
        return self._later[key]
