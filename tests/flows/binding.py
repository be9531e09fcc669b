"""Acme bound to other books, at once or in the middle of something."""

from datetime import datetime
from typing import Any

from consentry.domain.terms.binding_acts import BindingAct, BindingRecord
from consentry.flows.bind_customer import bind_customer
from tests.fakes.faults import Faulty
from tests.fakes.worlds import ACME, NOW, World

FORBIDDING: dict[str, Any] = {"customer": ACME, "terms": "zoom-terms", "limits": ["house"]}
"""The terms of August 2023 let nothing train, whatever the customer granted."""


def bind(world: World, said: dict[str, Any] = FORBIDDING, *, at: datetime = NOW) -> BindingRecord:
    """One delivery of a binding."""
    return bind_customer(
        BindingAct.read(said),
        caller=world.caller,
        at=at,
        world=world,
    )


class Interrupted(Faulty):
    """A client under which an operator binds the customer just before the first commit."""

    def __init__(self, world: World) -> None:
        super().__init__(world.client)
        self._world, self._bound = world, False

    def transact_write_items(self, **asked: Any) -> Any:
        """The commit, once the customer is bound."""
        if not self._bound:
            self._bound = True
            bind(self._world)
        return self.client.transact_write_items(**asked)


def named(count: int) -> list[dict[str, str]]:
    """So many speakers."""
    return [{"person": f"p{number}", "role": "speaker"} for number in range(count)]
