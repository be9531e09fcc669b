"""A party's standing as it is shown: use by use, data of one standing together."""

from dataclasses import dataclass

from consentry.domain.vocabulary import DataCategory, Operation, Service, Standing


@dataclass(frozen=True, slots=True)
class UseStanding:
    """A party's standing on one use, and the data that it covers."""

    operation: Operation
    service: Service
    standing: Standing
    data: tuple[DataCategory, ...]
