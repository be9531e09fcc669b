"""`consentry --help` describes every command and parameter, and imports nothing heavy."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from cyclopts import App

from consentry_cli.main import COMMANDS, app

HELP = (
    "import sys; from consentry_cli.main import app; app(['--help'], result_action='return_value')"
)
LOADED = "print('heavy:', *sorted({'boto3', 'botocore', 'moto', 'cedarpy'} & sys.modules.keys()))"


def commands(parent: App, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], App]]:
    for name in (name for name in parent if not name.startswith("-")):
        yield (*path, name), parent[name]
        yield from commands(parent[name], (*path, name))


def test_help_lists_every_command_without_importing_its_module() -> None:
    output = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"{HELP}\n{LOADED}"], capture_output=True, text=True, check=True
    ).stdout

    for command, about in COMMANDS.items():
        assert command in output
        assert about.split()[0] in output
    assert output.splitlines()[-1].strip() == "heavy:"


def test_every_list_of_commands_describes_each_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    walked = list(commands(app))
    groups = [path for path, each in walked if each.default_command is None or len(path) == 1]
    for group in ((), *groups):
        app([*group, "--help"], result_action="return_value")
        _, listed, rest = capsys.readouterr().out.partition("─ Commands ─")
        lines = [line.strip(" │") for line in rest.partition("╰")[0].splitlines()[1:]]
        bare = {line for line in lines if line and " " not in line}
        assert not bare & {path[-1] for path, _ in walked if path[:-1] == group}, group
        assert listed or all(path[:-1] != group for path, _ in walked)


def test_every_parameter_has_a_description() -> None:
    undescribed = [
        (*path, argument.name)
        for path, command in commands(app)
        if command.default_command
        for argument in command.assemble_argument_collection(parse_docstring=True)
        if argument.parse and argument.show and not argument.parameter.help
    ]

    assert undescribed == []
    assert len(list(commands(app))) > 25


def test_a_kind_of_model_has_the_same_name_as_in_the_api() -> None:
    command, bound, _ = app.parse_args(["dataset", "models", "acme~x", "--kind", "embedding_index"])

    assert command.__name__ == "models"
    assert bound.arguments["kind"] == "embedding_index"
