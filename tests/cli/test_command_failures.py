"""What a first user gets wrong ends with an error that says what to do, never with a traceback."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from consentry_cli import screen
from tests.testkit.api.fixtures import ROOT
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.command_line import REQUEST, Run

COMMAND = (sys.executable, "-c", "from consentry_cli.main import run; run()")
RULE = '@id("{}") @clause("c") @explanation("e") permit (principal, action, resource);'
ABOUT = {
    "kind": "terms",
    "vocabulary": "meetings",
    "counted_roles": "all",
    "people_required_for": [],
}


@pytest.mark.parametrize(
    "words",
    [
        ("terms", "diff", "zoom-terms@2023-03-31", "zoom-terms@2023-08-11", "--json"),
        ("terms", "show", "zoom-terms"),
        ("openapi",),
    ],
    ids=" ".join,
)
def test_a_reader_that_stops_early_ends_a_command_without_a_traceback(
    words: tuple[str, ...],
) -> None:
    read, write = os.pipe()
    os.close(read)  # As `head` does once it has its lines.
    try:
        ended = subprocess.run(  # noqa: S603 - a fixed command
            [*COMMAND, *words], stdout=write, stderr=subprocess.PIPE, check=False, timeout=120
        )
    finally:
        os.close(write)

    assert ended.stderr == b""
    assert ended.returncode in (1, 141)


@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_a_port_that_does_not_exist_is_an_error(run: Run, port: int) -> None:
    ended = run("local", "serve", "--port", port)

    assert (ended.code, ended.err) == (1, "error: --port: is not a port from 0 to 65535\n")


def test_a_port_in_use_is_an_error(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("local", "serve", "--port", port)

    assert ended.code == 1
    assert ended.err == f"error: --port {port}: Address already in use; 0 chooses a free port\n"


def test_invoking_no_event_file_is_an_error(run: Run) -> None:
    ended = run("local", "invoke")

    assert ended.code == 1
    assert ended.err.startswith("error: name at least one event file, such as events/")


@pytest.mark.parametrize("command", [("local",), ("local", "serve", "--port", "0")])
def test_a_template_without_resources_is_an_error(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("{}")

    ended = run(*command, "--template", template)

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("error: ")


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("permit (principal, action, resource);", "policy0\n  lacks @id"),
        (f"{RULE.format('my-terms.a')}\npermit (principal, action, resource);", "lacks @id"),
        ("permit (principal, action, resource) when { 1 };", "policy0"),
        ("@id permit (principal, action, resource);", "policy0\n  lacks @id"),
    ],
    ids=["none", "the second", "of another type", "empty"],
)
def test_a_rule_without_annotations_is_an_error_of_its_file(
    run: Run, tmp_path: Path, rules: str, says: str
) -> None:
    folder = tmp_path / "my-terms"
    folder.mkdir()
    (folder / "policy_set.json").write_text(json.dumps(ABOUT))
    (folder / "2026-01-01.cedar").write_text(rules)

    ended = run("terms", "check", folder)

    assert ended.code == 1
    assert ended.err.startswith(f"error: {folder / '2026-01-01.cedar'}\n")
    assert says in ended.err


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "NoRegionError: set AWS_DEFAULT_REGION"),
        ({"AWS_DEFAULT_REGION": "eu west"}, "InvalidRegionError: set AWS_DEFAULT_REGION"),
        ({"AWS_PROFILE": "missing"}, "ProfileNotFound: set AWS_PROFILE"),
    ],
    ids=["no region", "no valid region", "no such profile"],
)
def test_an_incomplete_aws_setting_has_advice(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    says: str,
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    ended = run("withdrawal", "show", f"acme~{'a' * 26}~a", "--stack", "prod")

    assert ended.code == 1
    assert f"error: the call to AWS failed: {says}" in ended.err


@pytest.mark.campaign
@pytest.mark.skipif(not CAMPAIGN, reason="compiles everything again, which takes long")
def test_a_file_that_cannot_be_written_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    ended = run("terms", "build", tmp_path / "file" / "tables")

    assert ended.code == 1
    assert ended.err.startswith(f"error: {tmp_path / 'file'}")
    assert "Not a directory" in ended.err


def test_the_screening_request_of_the_readme_is_accepted(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    (request,) = (
        json.loads(block)
        for block in re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
        if '"collected_by"' in block
    )

    completed = screen.complete_request(request, tmp_path / "autumn.jsonl", b"{}\n")

    assert completed.request_id
    assert completed.manifest.key.startswith("acme/manifests/")


def test_a_decision_on_data_without_people_names_no_status_of_people(
    run: Run, tables: None, tmp_path: Path
) -> None:
    file = tmp_path / "r.json"
    use = {"operation": "infer", "service": "meeting_summary"}
    file.write_text(json.dumps(REQUEST | {"people": [], "use": use}))

    text, document = run("decide", file), run("decide", file, "--json")

    assert "(customer never_asked, no people named)" in text.out
    assert "granted" not in text.out
    assert [reason["people_status"] for reason in json.loads(document.out)["reasons"]] == [None]
