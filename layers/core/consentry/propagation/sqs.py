"""The queue in which withdrawals wait to be carried to data sets, one message each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_BATCH = 10
"""Messages that SQS takes in one call."""


@dataclass(frozen=True)
class SqsWithdrawalQueue:
    """A standard queue: what is sent twice or out of order changes nothing."""

    url: str
    client: Callable[[], "SQSClient"]

    def send(self, bodies: Sequence[str]) -> None:
        """Send MOST_AT_ONCE messages at the most; UnavailableError unless all of them were taken."""
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)]
        sent = self.client().send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
        if sent.get("Failed"):
            raise UnavailableError("withdrawals could not be put into their queue")
