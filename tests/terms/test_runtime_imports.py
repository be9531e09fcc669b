"""No module of a function imports the Cedar engine or the compiler: a decision looks up a table."""

import subprocess
import sys

IMPORT_ALL = """
import importlib, pkgutil, sys
import consentry, functions
found = [
    module.name
    for package in (consentry, functions)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
]
for name in found:
    importlib.import_module(name)
forbidden = {"cedarpy", "consentry_terms", "consentry_cli", "consentry_emulator", "cyclopts"}
print(len(found), *sorted({name.split(".")[0] for name in sys.modules} & forbidden))
"""


def test_no_module_of_a_function_imports_the_engine_or_the_compiler() -> None:
    ran = subprocess.run(  # noqa: S603 - our own interpreter, a fixed text
        [sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    modules, *loaded = ran.stdout.split()
    assert int(modules) > 5
    assert loaded == []


def test_loading_truth_tables_imports_no_third_party_code() -> None:
    program = (
        "import sys; import consentry.terms.loader;"
        "print(*sorted(n for n in sys.modules if n in ('boto3', 'botocore', 'pydantic', 'cedarpy')))"
    )

    ran = subprocess.run(  # noqa: S603 - our own interpreter, a fixed text
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == ""
