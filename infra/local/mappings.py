"""How Lambda reads a stream for a function, as the template says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A table's stream that Lambda reads for a function; `filters` are EventBridge patterns of records."""

    stream_arn: str
    function_arn: str
    batch_size: int
    reports_item_failures: bool
    bisects: bool
    retries: int
    on_failure_arn: str | None
    filters: tuple[str, ...]
