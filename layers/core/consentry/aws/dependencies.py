"""The dependencies of use cases: the repositories of one environment, each opened on first use.

Each feature extends this class in its `open.py` with its own repositories. A handler opens the class of
its feature, so nothing else is imported or connected.
"""

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Self

from consentry.aws import clients
from consentry.aws.settings import Settings
from consentry.aws.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Dependencies:
    """The settings and the AWS clients; `pause` waits between retries, in seconds."""

    def __init__(self, settings: Settings, *, pause: Callable[[float], None] | None = None) -> None:
        self.settings = settings
        self.pause = pause or clients.wait

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> Self:
        """The repositories of an environment: the same object for the same settings."""
        return _open(cls, Settings.read(environment))  # type: ignore[arg-type,no-any-return]

    def check(self) -> None:
        """Fail early if something that every use case needs cannot be opened."""

    def table(self, name: str) -> Table:
        """A DynamoDB table by name."""
        return Table(name, self.dynamodb, self.pause)

    def dynamodb(self) -> "DynamoDBClient":
        """The DynamoDB client."""
        return clients.dynamodb()

    def dynamodb_without_retries(self) -> "DynamoDBClient":
        """A DynamoDB client that makes each call once."""
        return clients.dynamodb_without_retries()

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back, to measure how long something took."""
        return time.monotonic()


def forget() -> None:
    """Drop the repositories that were opened, for tests."""
    _open.cache_clear()


@cache
def _open[D: Dependencies](kind: type[D], settings: Settings) -> D:
    opened = kind(settings)
    opened.check()
    return opened
