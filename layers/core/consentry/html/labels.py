"""How pages write amounts and the values of the vocabulary."""

from collections.abc import Sequence

from consentry.kernel.vocabulary import Operation, Service, vocabulary

OPERATIONS = {
    Operation.INFER: "run the feature",
    Operation.EVALUATE: "measure a model",
    Operation.FINE_TUNE: "fine-tune a model",
    Operation.PRETRAIN: "train a model from the start",
}

_SMALLEST_SHARE = 0.001
_FEW_HOURS = 0.1


def label(value: str) -> str:
    """A value of the vocabulary in words: `customer_content.screen_share` is "screen share"."""
    return value.rpartition(".")[2].replace("_", " ")


def use_label(operation: Operation, services: Sequence[Service]) -> str:
    """An operation and its services in words."""
    every = len(services) == len(vocabulary().services)
    return f"{OPERATIONS[operation]}, for {'every service' if every else ', '.join(map(label, services))}"


def number_of(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 row", "2,000 rows"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def in_hours(hours: float) -> str:
    """Hours with two decimals; less than 0.1 h in seconds."""
    return f"{hours * 3600:.3g} s" if 0 < hours < _FEW_HOURS else f"{hours:,.2f} h"


def in_percent(share: float) -> str:
    """A share of 1 in percent. Only 0 is "0.0%", and only 1 is "100.0%"."""
    if 0 < share < _SMALLEST_SHARE:
        return "<0.1%"
    return ">99.9%" if 1 - _SMALLEST_SHARE < share < 1 else f"{share:.1%}"
