"""What tables say, in the words of a person who has to agree to it."""

from collections.abc import Sequence

from consentry.kernel.vocabulary import LEAVES_UNDER, DataCategory, ModelOwner, Operation
from consentry.terms.truth_table import PolicySetKind, Ruling
from consentry_terms.differences import Change
from consentry_terms.row_grouping import RulingSummary

_WORDS = {
    Ruling.PERMIT: "allowed",
    Ruling.NOT_COVERED: "not spoken of",
    Ruling.FORBID: "forbidden",
}
_NO_LIMIT = {Ruling.NOT_COVERED: "no limit"}
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
    return f"{operations} on {data_names(change.data)} for {owners} models: {was} -> {now}"


def describe_both(change: Change, kind: PolicySetKind) -> tuple[str, str]:
    """Both answers; where they would read alike, with what each says otherwise."""
    was, now = (describe_ruling(summary, kind) for summary in (change.before, change.after))
    if was == now:
        was += _else(change.before, kind)
        now += _else(change.after, kind)
    return was, now


def describe_ruling(summary: RulingSummary, kind: PolicySetKind) -> str:
    """`allowed`, `needs the customer's consent`, `not spoken of`, `forbidden`, or a condition in full."""
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
    return (_WORDS if kind == "terms" else _WORDS | _NO_LIMIT)[ruling]


def operation_names(operations: Sequence[Operation]) -> str:
    """Their names, or `every operation`."""
    return "every operation" if len(operations) == len(Operation) else ", ".join(operations)


def owner_names(owners: Sequence[ModelOwner]) -> str:
    """Their names, or `all`."""
    return "all" if len(owners) == len(ModelOwner) else ", ".join(owners)


def data_names(categories: Sequence[DataCategory]) -> str:
    """A branch by its name where all of it is meant, else its leaves; or `all data`."""
    if len(categories) == len(DataCategory):
        return "all data"
    branches = {node: leaves for node, leaves in LEAVES_UNDER.items() if node not in leaves}
    names: dict[str, None] = {}
    for category in categories:
        branch, _, leaf = category.rpartition(".")
        whole = branch and set(branches[branch]) <= set(categories)
        names[branch if whole else leaf] = None
    return ", ".join(names)
