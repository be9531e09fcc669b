"""DynamoDB clients that stop or are interrupted before one of their calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import Crash


@dataclass
class StoppedProcess:
    """A client and a bus that fail for good after some calls: a stopped process cleans nothing up."""

    client: Any
    calls: int

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        return self._counted(found) if callable(found) and name != "exceptions" else found

    def before_notice(self, _: str) -> None:
        """Count a notification."""
        self._count()

    def _counted(self, call: Any) -> Any:
        def made(*arguments: Any, **fields: Any) -> Any:
            self._count()
            return call(*arguments, **fields)

        return made

    def _count(self) -> None:
        if self.calls == 0:
            raise Crash
        self.calls -= 1


@dataclass
class InterruptedClient:
    """A client that runs actions before its calls, by the number of the call."""

    real: FakeDynamoDB
    actions: dict[int, list[Callable[[], object]]] = field(default_factory=dict)
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        return partial(self._called, found) if callable(found) and name != "exceptions" else found

    def _called(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        number, self.calls = self.calls, self.calls + 1
        for action in self.actions.pop(number, []):
            action()
        return call(*args, **kwargs)
