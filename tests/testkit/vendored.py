"""The data of others that tests need. tests/testkit/data/README.md names sources and licences.

The complete data sets are large. A test that runs on all of them looks for them beside the checkout
in `../shared` and otherwise uses what is vendored, so that no test is skipped without a word.
"""

import tarfile
from functools import cache
from pathlib import Path, PurePosixPath

from tests.testkit.campaign import CAMPAIGN

DATA = Path(__file__).with_name("data")
SHARED = Path(__file__).parents[3] / "shared" / "data"
ZOOM_TERMS = DATA / "zoom-terms"


@cache
def vendored_files(name: str) -> dict[PurePosixPath, bytes]:
    """Read the files of a vendored data set by their paths in it."""
    with tarfile.open(DATA / f"{name}.tar.xz") as archive:
        found = {
            PurePosixPath(member.name): content.read()
            for member in archive
            if (content := archive.extractfile(member))
        }
    return {path: found[path] for path in sorted(found)}


def vendored_json(name: str, folder: str = "") -> dict[PurePosixPath, bytes]:
    """Read the JSON files of a vendored data set, or of one folder of it."""
    files = vendored_files(name).items()
    return {p: c for p, c in files if p.suffix == ".json" and str(p).startswith(folder)}


def ami_meetings() -> dict[str, bytes]:
    """Read the RTTM file of each meeting: the 98 of `../shared` in a campaign, otherwise 12 of them."""
    folder = SHARED / "ami"
    if CAMPAIGN and folder.is_dir():
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.rttm"))}
    files = vendored_files("ami").items()
    return {path.name: content for path, content in files if path.suffix == ".rttm"}


def every(cases: list[PurePosixPath], step: int) -> list[PurePosixPath]:
    """Take each case in a campaign, otherwise every `step`-th."""
    return cases if CAMPAIGN else cases[::step]
