"""A decision is a look-up: nothing that a function imports ever imports the Cedar engine."""

import subprocess
import sys

IMPORT_ALL = """
import importlib, pkgutil, sys
import consentry, functions
found = [m.name for p in (consentry, functions) for m in pkgutil.walk_packages(p.__path__, p.__name__ + ".")]
for name in found:
    importlib.import_module(name)
print(len(found), *sorted({name.split(".")[0] for name in sys.modules} & {"cedarpy", "consentry_terms", "consentry_cli", "consentry_emulator", "cyclopts"}))
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
