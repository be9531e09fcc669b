"""How Lambda reads a stream for a function, as the template says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A table's stream that Lambda reads for a function; `filters` are EventBridge patterns of records.

    What fails comes again whole until the stream lets go of it: no other way of failing is known here.
    """

    stream_arn: str
    function_arn: str
    batch_size: int
    filters: tuple[str, ...]
