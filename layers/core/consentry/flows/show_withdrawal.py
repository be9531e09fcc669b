"""How far a withdrawal has got: where it has landed, and where not yet."""

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.errors import NotFoundError
from consentry.domain.reach.reach import ReachShown, parts_of, travels
from consentry.flows.ports import Consents
from consentry.flows.reach_ports import Reaches


def show_withdrawal(
    withdrawal: str, *, caller: Caller, consents: Consents, reaches: Reaches
) -> ReachShown:
    """One withdrawal or refusal. Raises ForeignCustomerError, NotFoundError."""
    act = withdrawal_named(withdrawal, caller=caller, consents=consents)
    return reaches.shown(withdrawal) or ReachShown(withdrawal_id=withdrawal, acted_at=act.at)


def withdrawal_named(withdrawal: str, *, caller: Caller, consents: Consents) -> ActRecord:
    """The act that is on its way, as it is kept."""
    customer, party, act_id = parts_of(withdrawal)
    caller.require(customer)
    act = consents.act(customer, party, act_id)
    if act is None or not travels(act):
        raise NotFoundError("withdrawal")
    return act
