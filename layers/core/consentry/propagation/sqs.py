"""The queue of withdrawals to propagate, one message each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class SqsWithdrawalQueue:
    """A standard queue: repeated and reordered messages do no harm."""

    url: str
    client: Callable[[], "SQSClient"]

    def send(self, bodies: Sequence[str]) -> None:
        """Send up to 10 messages, the limit of one call; UnavailableError unless SQS accepted all."""
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        sent = self.client().send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
        if sent.get("Failed"):
            raise UnavailableError("withdrawals could not be sent to their queue")
