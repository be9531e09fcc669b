"""Actors: use cases that stop at each DynamoDB call.

An actor depends only on the answers that it got. To make one more step, it runs again from its
start with the answers so far, and stops at the first call that has no answer yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from consentry.kernel.errors import AlreadyDecidedError, ConsentChangedError, UnavailableError
from tests.testkit.fakes.dynamodb_errors import Exceptions
from tests.testkit.fakes.dynamodb_queries import Paginator
from tests.testkit.interleaving.linearizability import Operation

UNAVAILABLE_ERRORS = (ClientError, UnavailableError, ConsentChangedError, AlreadyDecidedError)
"""Errors that end a delivery without an answer. The sender then delivers again, as SQS does."""

READS = frozenset({"get_item", "query"})

type Report = Callable[[Any], None]
type Answer = Mapping[str, Any] | ClientError


@dataclass(frozen=True)
class Work:
    """One operation of an actor; `run(client, attempt, report)` is one delivery of it."""

    operation: Operation
    run: Callable[[Any, int, Report], None]


@dataclass(frozen=True, eq=False)
class Call:
    """The next DynamoDB call of an actor. Each is equal to itself only."""

    name: str
    arguments: Mapping[str, Any]

    @property
    def reads(self) -> bool:
        """Whether the call only reads."""
        return self.name in READS


class _Paused(BaseException):
    def __init__(self, call: Call) -> None:
        self.call = call


class ReplayingClient:
    """A client that replays the answers so far, and stops the actor at the first call without one."""

    exceptions = Exceptions

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self._answers = iter(answers)

    def get_item(self, **arguments: Any) -> Answer:
        """A step."""
        return self._step("get_item", arguments)

    def put_item(self, **arguments: Any) -> Answer:
        """A step."""
        return self._step("put_item", arguments)

    def delete_item(self, **arguments: Any) -> Answer:
        """A step."""
        return self._step("delete_item", arguments)

    def get_paginator(self, operation: str) -> Paginator:
        """A step for each page."""
        return {"query": Paginator(self.query)}[operation]  # type: ignore[arg-type]

    def query(self, **arguments: Any) -> Answer:
        """A step."""
        return self._step("query", arguments)

    def transact_write_items(self, **arguments: Any) -> Answer:
        """A step."""
        return self._step("transact_write_items", arguments)

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:  # noqa: N803
        """A step for each key: a batch is no snapshot, so other actors may write between its reads."""
        ((table, request),) = RequestItems.items()
        strong = request.get("ConsistentRead", False)
        answers = [
            self.get_item(TableName=table, Key=key, ConsistentRead=strong)
            for key in request["Keys"]
        ]
        items = [answer["Item"] for answer in answers if "Item" in answer]  # type: ignore[operator,index]
        return {"Responses": {table: items}, "UnprocessedKeys": {}}

    def _step(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        answer = next(self._answers, None)
        if answer is None:
            raise _Paused(Call(name, arguments))
        if isinstance(answer, ClientError):
            raise answer
        return answer


class Progress:
    """A delivery after some answers: its next call (None: it ended), and what it reported to its caller."""

    def __init__(self, work: Work, attempt: int, answers: tuple[Answer, ...] = ()) -> None:
        self.work, self.attempt, self._answers = work, attempt, answers
        self._successors: dict[str, Progress] = {}
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
        """The delivery after this answer to its next call."""
        key = repr(answer.response if isinstance(answer, ClientError) else answer)
        if key not in self._successors:
            self._successors[key] = Progress(self.work, self.attempt, (*self._answers, answer))
        return self._successors[key]
