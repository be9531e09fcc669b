"""What the door says while a screening is under way: how far it is, and nothing of what is in it."""

from aws_lambda_powertools import Logger

from consentry.screening.progress import StepProgress


def log_progress(logger: Logger) -> StepProgress:
    """Logs a long run step by step; its end is told by what it came to."""

    def tell(done: int, of: int) -> None:
        if done < of:
            logger.info("in progress", extra={"done": done, "of": of})

    return StepProgress(tell)
