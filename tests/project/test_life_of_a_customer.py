"""The life of a customer is true: its requests run on the deployed template, in order and on its dates."""

import json
import os
import re
import shutil
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from shlex import split
from typing import Any
from unittest.mock import patch

import pytest

from consentry.terms.truth_table_codec import table_digest
from consentry_cli.local_stack import start
from consentry_cli.main import app as command_line
from consentry_cli.session import OUTPUTS
from consentry_emulator.emulator import Emulator
from consentry_emulator.process_isolation import clock_at
from consentry_emulator.sam_transform import REGION
from consentry_terms.declarations import Declaration
from consentry_terms.truth_table_files import write_index
from tests.testkit.keys_document import rows
from tests.testkit.meeting_words import BUILT
from tests.testkit.scopes import EVERY_SCOPE

DOCUMENT = Path(__file__).parents[2] / "layers" / "core" / "LIFE_OF_A_CUSTOMER.md"
SECTION = re.compile(r"^## (\d+\. [^\n]*) \((\d{4}-\d\d-\d\d)\)\n(.*?)(?=^## |\Z)", re.M | re.S)
BLOCK = re.compile(r"(?:^(Put|Read|Declare) `([^`]+)`:\n\n)?^```(\w+)\n(.*?)\n```", re.M | re.S)
CLAIMS = {"sub": "admin", "consentry_customers": "acme", "scope": EVERY_SCOPE}
PEOPLE = "ana\nben\n"
TABLES = {
    "ConsentTableName": "consent",
    "DecisionTableName": "decision",
    "KeyTableName": "key",
    "DataSetTableName": "data set",
    "PermitTableName": "permit",
}
"""The outputs of the stack, and the tables as KEYS.md calls them."""


@dataclass(frozen=True)
class Block:
    """A code block: what its first line asks to do with a file, its language and its text."""

    verb: str
    path: str
    language: str
    text: str


@dataclass(frozen=True)
class Section:
    """One step of the life, on its date."""

    title: str
    date: str
    text: str

    @property
    def at(self) -> datetime:
        """The step's own minute of its date, so that the steps of one day are in order."""
        minute = int(self.title.partition(".")[0])
        return datetime.fromisoformat(f"{self.date}T12:{minute:02}:00Z")

    @property
    def blocks(self) -> list[Block]:
        """The code blocks, in order."""
        return [Block(*found) for found in BLOCK.findall(self.text)]

    def listed(self, name: str) -> str:
        """The text of one bullet, without line breaks."""
        (found,) = re.findall(rf"^- \*\*{name}\*\*: (.*?)(?=^- |^$|\Z)", self.text, re.M | re.S)
        return " ".join(found.split())

    @property
    def stored(self) -> set[str]:
        """The items that the step stores, as KEYS.md calls them."""
        return set(self.listed("Stored").split("; ")) - {"nothing"}

    @property
    def published(self) -> set[str]:
        """The types of the events that the step publishes."""
        listed = self.listed("Published")
        return set() if listed.startswith("nothing") else set(listed.split(", "))


def sections() -> list[Section]:
    """The steps of the document."""
    return [Section(*found) for found in SECTION.findall(DOCUMENT.read_text("utf-8"))]


@dataclass
class Life:
    """A run of the document: the stack, and the values that answers gave to the names in it."""

    cloud: Emulator
    folder: Path
    values: dict[str, str] = field(default_factory=dict)
    answer: Any = None

    def run(self, block: Block) -> None:
        """Do what a block shows, or compare it with the last answer."""
        if block.verb == "Declare":
            return
        if block.verb == "Put":
            self.cloud.put_object(block.path, json.dumps(json.loads(block.text)).encode() + b"\n")
            self.cloud.deliver()
            return
        if block.verb == "Read":
            self.answer = self._read(block.path)
        match block.language:
            case "http":
                self._send(block.text)
            case "json":
                self._compare(json.loads(block.text), self.answer)
            case "text":
                self._compare(block.text, self.answer)
            case "console":
                self._type(block.text)

    def _send(self, text: str) -> None:
        request, _, body = self._filled(text).partition("\n\n")
        method, _, path = request.partition(" ")
        answer = self.cloud.http(method, path, json.loads(body) if body else None, CLAIMS)
        self.answer = json.loads(answer["body"])

    def _read(self, path: str) -> Any:
        bucket, s3 = self.cloud.bucket_name(), self.cloud.client("s3")
        name = path.rpartition("/")[2]
        listed = s3.list_objects_v2(Bucket=bucket, Prefix="acme/screenings/")["Contents"]
        (key,) = [each["Key"] for each in listed if each["Key"].endswith(f"/{name}")]
        self._compare(path, key)
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        return json.loads(text) if name.endswith(".json") else text

    def _type(self, text: str) -> None:
        command, _, shown = text.removeprefix("$ consentry ").partition("\n")
        settings = {name: self.cloud.outputs[output] for name, output in OUTPUTS.items()}
        settings["TERMS_DIRECTORY"] = str(self.folder / "terms")
        settings["AWS_DEFAULT_REGION"] = REGION
        (self.folder / "people.txt").write_text(PEOPLE, "utf-8")
        with (
            chdir(self.folder),
            patch.dict(os.environ, settings),
            redirect_stdout(StringIO()) as printed,
        ):
            command_line(split(command), result_action="return_value")
        self.cloud.deliver()
        assert printed.getvalue().strip() == shown

    def _filled(self, text: str) -> str:
        return re.sub(r"<[\w-]+>", lambda name: self.values[name[0]], text)

    def _compare(self, shown: Any, found: Any) -> None:
        """Compare a part of an answer with the answer. A new name takes the value that it has there."""
        match shown:
            case dict():
                assert shown.keys() <= found.keys(), found
                for name in shown:
                    self._compare(shown[name], found[name])
            case list():
                assert len(shown) <= len(found)
                for each in shown:
                    self._compare_any(each, found)
            case str() if names := re.findall(r"<[\w-]+>", shown):
                shape = re.sub(r"<[\w\\-]+>", "(.+)", re.escape(shown))
                matched = re.fullmatch(shape, found)
                assert matched, found
                for name, value in zip(names, matched.groups(), strict=True):
                    assert self.values.setdefault(name, value) == value
            case _:
                assert shown == found

    def _compare_any(self, shown: Any, found: list[Any]) -> None:
        failed = None
        for each in found:
            try:
                return self._compare(shown, each)
            except AssertionError as error:
                failed = error
        raise AssertionError(f"{shown} is not among {found}") from failed

    def items(self) -> dict[tuple[str, tuple[str, str]], Mapping[str, Any]]:
        """All items of all tables, by table and key."""
        client = self.cloud.client("dynamodb")
        return {
            (table, (item["pk"]["S"], item["sk"]["S"])): item
            for output, table in TABLES.items()
            for item in client.scan(TableName=self.cloud.outputs[output])["Items"]
        }


def stored_between(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> set[str]:
    """What KEYS.md calls the items that are new or changed."""
    changed = [position for position, item in after.items() if before.get(position) != item]
    return {each.item for each in rows() for position in changed if each.matches(*position)}


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    """The compiled terms with the version that the document declares; its rules are those of the first one."""
    compiled = Path(shutil.copytree(BUILT, tmp_path / "terms")) / "meetings" / "1"
    (declared,) = [block for step in sections() for block in step.blocks if block.verb == "Declare"]
    name, date = declared.path.removesuffix(".json").split("/")
    material = Declaration.read(json.loads(declared.text)).model_dump(
        mode="json", exclude_none=True
    )
    index = json.loads((compiled / "policy_sets.json").read_bytes())
    versions = index["policy_sets"][name]["versions"]
    table = json.loads((compiled / f"{name}@{versions[0]['in_force_from']}.json").read_bytes())
    table["in_force_from"] = date
    table["digest"] = table_digest(table, zlib.decompress(b64decode(table["entry_numbers"])))
    version = {"in_force_from": date, "digest": table["digest"]}
    versions.append(version | {"material_for": material["material_for"]})
    (compiled / f"{name}@{date}.json").write_text(json.dumps(table), "utf-8")
    write_index(compiled / "policy_sets.json", "policy_sets", index["policy_sets"])
    return tmp_path


@pytest.fixture
def life(opt: Path) -> Iterator[Life]:
    with (
        clock_at(datetime.fromisoformat(f"{sections()[0].date}T00:00:00Z")),
        start(opt=opt) as cloud,
    ):
        yield Life(cloud, opt)


def test_every_step_of_the_life_gives_its_answers_items_and_events(life: Life) -> None:
    # One test, not one for each step: a step needs all steps before it.
    for step in sections():
        before, delivered = life.items(), len(life.cloud.deliveries)

        with clock_at(step.at):
            life.cloud.deliver()  # What the stream has from the step before.
            for block in step.blocks:
                life.run(block)

        events = [each.event for each in life.cloud.deliveries[delivered:] if each.function is None]
        ours = {event["detail-type"] for event in events if event["source"] != "aws.s3"}
        assert life.cloud.dead_letters() == [], step.title
        assert stored_between(before, life.items()) == step.stored, step.title
        assert ours == step.published, step.title
    assert len(sections()) > 10
