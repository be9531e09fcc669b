"""What tables say, in the words of a person who has to agree to it."""

from collections.abc import Sequence

from consentry.kernel.vocabulary import LEAVES_UNDER, DataCategory, ModelOwner, Operation
from consentry.terms.truth_table import PolicySetKind, Ruling
from infra.terms.differences import Change
from infra.terms.folding import Said

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


def sentence(change: Change, kind: PolicySetKind) -> str:
    """`fine_tune on audio for first_party models: allowed -> needs the customer's consent`."""
    was, now = before_and_after(change, kind)
    operations = named_operations(change.operations)
    owners = named_owners(change.owners)
    return f"{operations} on {named_data(change.data)} for {owners} models: {was} -> {now}"


def before_and_after(change: Change, kind: PolicySetKind) -> tuple[str, str]:
    """Both answers; where they would read alike, with what each says otherwise."""
    was, now = (in_words(said, kind) for said in (change.before, change.after))
    if was == now:
        was += _else(change.before, kind)
        now += _else(change.after, kind)
    return was, now


def in_words(said: Said, kind: PolicySetKind) -> str:
    """`allowed`, `needs the customer's consent`, `not spoken of`, `forbidden`, or a condition in full."""
    word = _word(said.ruling, kind)
    if not said.otherwise:
        return word
    consents = [_CONSENTS[each] for each in said.conditions if each in _CONSENTS]
    rest = [each for each in said.conditions if each not in _CONSENTS]
    if said.ruling is Ruling.PERMIT and consents and rest in ([], [_THAT_SERVICE]):
        return ", ".join([f"needs {' and '.join(consents)}", *rest])
    return f"{word} if {'; '.join(said.conditions)}{_else(said, kind)}"


def _else(said: Said, kind: PolicySetKind) -> str:
    others = " or ".join(_word(ruling, kind) for ruling in said.otherwise)
    return f", else {others}" if others else ""


def _word(ruling: Ruling, kind: PolicySetKind) -> str:
    return (_WORDS if kind == "terms" else _WORDS | _NO_LIMIT)[ruling]


def named_operations(operations: Sequence[Operation]) -> str:
    """Their names, or `every operation`."""
    return "every operation" if len(operations) == len(Operation) else ", ".join(operations)


def named_owners(owners: Sequence[ModelOwner]) -> str:
    """Their names, or `all`."""
    return "all" if len(owners) == len(ModelOwner) else ", ".join(owners)


def named_data(categories: Sequence[DataCategory]) -> str:
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
