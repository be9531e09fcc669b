"""The time that a function has left limits its calls, so that a failure is answered and counted."""

from collections.abc import Callable
from functools import wraps

from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.aws import clients


def limited_by_remaining_time[Event, Result](
    handler: Callable[[Event, LambdaContext], Result],
) -> Callable[[Event, LambdaContext], Result]:
    """A handler whose calls of AWS all end a second before Lambda stops it.

    A call that could take longer raises NoTimeLeftError instead.
    """

    @wraps(handler)
    def limited(event: Event, context: LambdaContext) -> Result:
        clients.limit(context.get_remaining_time_in_millis() / 1000)
        return handler(event, context)

    return limited
