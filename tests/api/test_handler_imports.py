"""A handler imports only what it needs: each module slows down the cold start."""

import subprocess
import sys

import pytest

HANDLERS = [
    "functions.consent.http",
    "functions.consent.propagation_queue",
    "functions.consent.stream",
    "functions.datasets.http",
    "functions.decisions.http",
    "functions.decisions.bus",
    "functions.decisions.queue",
    "functions.decisions.task",
    "functions.privacy.http",
    "functions.permits.http",
    "functions.screening.object_created",
    "functions.audit.http",
]
NEVER = [
    "aws_lambda_powertools.utilities.parser",
    "aws_lambda_powertools.utilities.idempotency",
    "aws_xray_sdk",
    "boto3",
    "botocore.session",
    "cedarpy",
    "cryptography",
    "infra",
    "joserfc",
]
OF_HTTP = "aws_lambda_powertools.event_handler"


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_imports_no_client_no_engine_and_no_other_trigger(handler: str) -> None:
    unwanted = NEVER if handler.endswith(".http") else [*NEVER, OF_HTTP]
    program = f"import sys, {handler}; print([each for each in {unwanted} if each in sys.modules])"

    found = subprocess.run(  # noqa: S603 - this interpreter, our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"
