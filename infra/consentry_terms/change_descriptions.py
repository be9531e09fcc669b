"""Describes rulings and changes in words for a person who has to agree to the terms."""

from collections.abc import Sequence

from consentry.kernel.vocabulary import ModelOwner, Operation
from consentry.terms.policy_set import PolicySetKind
from consentry.terms.truth_table import Ruling
from consentry_terms.differences import Change
from consentry_terms.row_grouping import RulingSummary

_WORDS = {
    Ruling.PERMIT: "allowed",
    Ruling.NOT_COVERED: "not covered",
    Ruling.FORBID: "forbidden",
}
_NOT_FORBIDDEN = {Ruling.NOT_COVERED: "not forbidden"}
_CONSENTS = {
    "the customer: granted": "the customer's consent",
    "the people: granted": "the people's consent",
}
_THAT_SERVICE = "for the service that collected it"


def describe_change(change: Change, kind: PolicySetKind) -> str:
    """`fine_tune on audio for first_party models: allowed -> needs the customer's consent`."""
    was, now = describe_both(change, kind)
    operations = operation_names(change.operations)
    owners = owner_names(change.owners)
    return f"{operations} on {change.data_name} for {owners} models: {was} -> {now}"


def describe_both(change: Change, kind: PolicySetKind) -> tuple[str, str]:
    """Both answers; if they read the same, with their other rulings."""
    was, now = (describe_ruling(summary, kind) for summary in (change.before, change.after))
    if was == now:
        was += _else(change.before, kind)
        now += _else(change.after, kind)
    return was, now


def describe_ruling(summary: RulingSummary, kind: PolicySetKind) -> str:
    """`allowed`, `needs the customer's consent`, `not covered`, `forbidden`, or the full condition."""
    word = _word(summary.ruling, kind)
    if not summary.otherwise:
        return word
    consents = [_CONSENTS[each] for each in summary.conditions if each in _CONSENTS]
    rest = [each for each in summary.conditions if each not in _CONSENTS]
    if summary.ruling is Ruling.PERMIT and consents and rest in ([], [_THAT_SERVICE]):
        return ", ".join([f"needs {' and '.join(consents)}", *rest])
    return f"{word} if {'; '.join(summary.conditions)}{_else(summary, kind)}"


def _else(summary: RulingSummary, kind: PolicySetKind) -> str:
    others = " or ".join(_word(ruling, kind) for ruling in summary.otherwise)
    return f", else {others}" if others else ""


def _word(ruling: Ruling, kind: PolicySetKind) -> str:
    return (_WORDS if kind == "terms" else _WORDS | _NOT_FORBIDDEN)[ruling]


def operation_names(operations: Sequence[Operation]) -> str:
    """The names of operations, or `every operation`."""
    return "every operation" if len(operations) == len(Operation) else ", ".join(operations)


def owner_names(owners: Sequence[ModelOwner]) -> str:
    """The names of owners, or `all`."""
    return "all" if len(owners) == len(ModelOwner) else ", ".join(owners)
