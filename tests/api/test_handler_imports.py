"""A handler imports what it needs and no more: a cold start pays for every module."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "template.yaml").read_text("utf-8")
HANDLERS = re.findall(r"Handler: (functions\.\w+\.\w+)\.handle", TEMPLATE)
NEVER = {
    "boto3",  # with botocore: imported with the first client, never with a handler
    "botocore.client",
    "botocore.session",
    "aws_lambda_powertools.utilities.idempotency",  # replays stored answers: unsafe for an allow
    "aws_lambda_powertools.utilities.parser",
    "aws_xray_sdk",
    "cedarpy",
    "consentry_cli",
    "consentry_demo",
    "consentry_emulator",
    "consentry_terms",
    "cryptography",
    "cyclopts",
    "jinja2",  # imported by the first request for a page
    "joserfc",
    "moto",
    "orjson",
    "rich",
    "samtranslator",
}
HTTP = {"aws_lambda_powertools.event_handler"}
BATCHES = {"aws_lambda_powertools.utilities.batch"}
SCREENING = {
    "consentry.manifests.screening_request",
    "consentry.screening_jobs.screen_manifest",
    "pyarrow",  # in the layer of the screening function only
}


def unwanted(handler: str) -> set[str]:
    """The modules that a handler must not import."""
    feature, trigger = handler.split(".")[1:]
    modules = set(NEVER)
    modules |= set() if trigger == "http" else HTTP
    modules |= set() if trigger in ("queue", "stream", "propagation_queue") else BATCHES
    return modules | (set() if feature == "screening" else SCREENING)


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_imports_no_client_no_engine_and_no_other_trigger(handler: str) -> None:
    program = f"import sys, {handler}; print(*sys.modules)"

    result = subprocess.run(  # noqa: S603 - this interpreter, our own text
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert unwanted(handler) & set(result.stdout.split()) == set()


def test_the_template_names_its_handlers() -> None:
    files = [ROOT.joinpath(*handler.split(".")).with_suffix(".py") for handler in HANDLERS]

    assert len(files) > 5
    assert [file for file in files if not file.exists()] == []
