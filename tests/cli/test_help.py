"""`consentry --help`: every command, before anything heavy is imported."""

import subprocess
import sys

from infra.cli.main import COMMANDS

HELP = "import sys; from infra.cli.main import app; app(['--help'], result_action='return_value')"
LOADED = "print('heavy:', *sorted({'boto3', 'botocore', 'moto', 'cedarpy'} & sys.modules.keys()))"


def test_help_lists_every_command_without_importing_what_only_some_need() -> None:
    said = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"{HELP}\n{LOADED}"], capture_output=True, text=True, check=True
    ).stdout

    for command, about in COMMANDS.items():
        assert command in said
        assert about.split()[0] in said
    assert said.splitlines()[-1].strip() == "heavy:"
