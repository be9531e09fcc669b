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


def label(value: str) -> str:
    """A word of the vocabulary by its label, for use within a sentence; any other value in words.

    `customer_content.screen_share` is "screen share", and `not_removable` is "not removable".
    """
    words = vocabulary()
    for kind in (words.data_categories, words.services, words.roles):
        if value in kind:
            text = kind[value].label
            return text if text[1:2].isupper() else text[:1].lower() + text[1:]
    return value.rpartition(".")[2].replace("_", " ")


def use_label(operation: Operation, services: Sequence[Service]) -> str:
    """An operation and its services in words."""
    every = len(services) == len(vocabulary().services)
    return f"{OPERATIONS[operation]}, for {'every service' if every else ', '.join(map(label, services))}"


def number_of(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 row", "2,000 rows"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def in_hours(hours: float) -> str:
    """Hours, minutes and seconds for any amount: "43:43:12", "0:00:40"; "<0:00:01" for less than a second."""
    if 0 < hours * 3600 < 1:
        return "<0:00:01"
    minutes, seconds = divmod(round(hours * 3600), 60)
    return f"{minutes // 60:,}:{minutes % 60:02}:{seconds:02}"


def in_percent(share: float) -> str:
    """A share of 1 in percent. Only 0 is "0.0%", and only 1 is "100.0%"."""
    if 0 < share < _SMALLEST_SHARE:
        return "<0.1%"
    return ">99.9%" if 1 - _SMALLEST_SHARE < share < 1 else f"{share:.1%}"
