"""`consentry screen`: upload a manifest and a screening request, and wait for the report."""

import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from consentry.aws import clients
from consentry.html.labels import number_of
from consentry.kernel import strict_json
from consentry.kernel.errors import InvalidRequestError, UnavailableError
from consentry.kernel.ids import decision_id, token_of
from consentry.manifests.model import ManifestFormat
from consentry.manifests.screening_request import ScreeningRequest
from consentry.screening.progress import PROGRESS
from consentry.screening_jobs.publish_report import REPORT_PAGE
from consentry_cli.exit_codes import DENIED, ERROR, OK
from consentry_cli.files import UnreadableFileError, load_file, read_file
from consentry_cli.main import COMMANDS
from consentry_cli.options import InputFile, StackName
from consentry_cli.render import print_columns
from consentry_cli.session import read_settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

app = App(name="screen", help=COMMANDS["screen"])

FORMATS = dict.fromkeys((".jsonl", ".ndjson", ".json", ".manifest"), ManifestFormat.JSONL) | {
    ".csv": ManifestFormat.CSV,
    ".tsv": ManifestFormat.TSV,
    ".parquet": ManifestFormat.PARQUET,
    ".rttm": ManifestFormat.RTTM,
}
"""The format of a manifest by the end of its name."""

PACKINGS = (".gz", ".zst")
"""The ends of the names of packed manifests: `cuts.jsonl.gz`."""

POLL_SECONDS = 2.0
_MAX_REPORT_BYTES = 16 * 1024 * 1024


@app.default
def screen(
    manifest: Path,
    request: InputFile,
    *,
    bucket: Annotated[
        str | None, Parameter(help="The screening bucket. Without it, the one of the stack.")
    ] = None,
    wait: Annotated[float, Parameter(help="Seconds to wait for the report.")] = 0,
    stack: StackName = None,
) -> int:
    """Upload the manifest, then the request, and print where the report will be.

    Parameters
    ----------
    manifest
        The manifest: .jsonl (or .ndjson, .json, .manifest), .csv, .tsv, .parquet or .rttm. All but
        .parquet may be packed: .jsonl.gz, .jsonl.zst.
    request
        The request as JSON, without `manifest`. Without `request_id` it gets a new one. `-` is the standard input.
    """
    manifest_format(manifest)
    content = read_file(manifest)
    completed = complete_request(load_file(request), manifest, content)
    bucket = bucket or read_settings(stack, "SCREENING_BUCKET").screening_bucket
    job = _Job(clients.s3(), bucket, completed)
    job.upload(content)
    print(f"the report will be s3://{bucket}/{job.report_key}")
    print(f"if the request is invalid, s3://{bucket}/{job.error_key} says why")
    return job.wait(wait) if wait else OK


def manifest_format(manifest: Path) -> ManifestFormat:
    """The format of a manifest. UnreadableFileError if the end of its name is unknown."""
    is_packed = manifest.suffix.lower() in PACKINGS
    known = FORMATS.get((manifest.with_suffix("") if is_packed else manifest).suffix.lower())
    if known is None:
        raise UnreadableFileError(manifest, f"its name must end in one of {', '.join(FORMATS)}")
    return known


def complete_request(
    document: Mapping[str, Any], manifest: Path, content: bytes
) -> ScreeningRequest:
    """The request with its manifest and id. InvalidRequestError if the screening would reject it."""
    if "manifest" in document:
        raise InvalidRequestError("manifest", "is set by this command: leave it out")
    folder = f"{document.get('customer')}/manifests/{sha256(content).hexdigest()[:16]}"
    location = {"key": f"{folder}/{manifest.name}", "format": manifest_format(manifest)}
    request = ScreeningRequest.read({"request_id": uuid4().hex, **document, "manifest": location})
    request.require_own_manifest()
    return request


class _Job:
    """One screening, as its files in the bucket."""

    def __init__(self, client: "S3Client", bucket: str, request: ScreeningRequest) -> None:
        self.client, self.bucket, self.request = client, bucket, request
        decision = decision_id(request.customer, request.request_id)
        self.folder = f"{request.customer}/screenings/{token_of(decision)}"
        self.report_key = f"{self.folder}/report.json"
        self.error_key = f"{request.customer}/screenings/errors/{request.request_id}.json"
        # The upload may follow an earlier screening: only later versions are its results.
        self.versions_before = [self.version(key) for key in (self.report_key, self.error_key)]

    def upload(self, content: bytes) -> None:
        """The manifest first, since the request starts the screening."""
        body = self.request.model_dump_json(exclude_none=True).encode()
        key = f"{self.request.customer}/requests/{self.request.request_id}.json"
        self.client.put_object(Bucket=self.bucket, Key=self.request.manifest.key, Body=content)
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def version(self, key: str) -> str | None:
        """The version of an object; None if it does not exist."""
        listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        if not listed.get("KeyCount"):
            return None
        head = self.client.head_object(Bucket=self.bucket, Key=key)
        return head.get("VersionId") or head["LastModified"].isoformat()

    def wait(self, seconds: float) -> int:
        """Wait for the report or the error, print it, and return the exit code. UnavailableError if neither comes.

        Until then, a terminal shows the progress.
        """
        ends = time.monotonic() + seconds
        output = Console(stderr=True)
        columns = (TextColumn("screening"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        shown = output.is_terminal
        with Progress(*columns, console=output, transient=True, disable=not shown) as bar:
            task = bar.add_task("screening", total=None)
            while not (key := self._new_result()) and time.monotonic() < ends:
                if progress := self._read_progress():
                    done, total = progress["done"], progress["of"]
                    bar.update(task, completed=done, total=total, refresh=True)
                time.sleep(POLL_SECONDS)
        if key is None:
            raise UnavailableError(f"no report within {seconds:g} seconds; it may be written later")
        return self._print_result(key)

    def _new_result(self) -> str | None:
        results = zip((self.report_key, self.error_key), self.versions_before, strict=True)
        new = [key for key, before in results if self.version(key) != before]
        # An error that is retried, or that a later attempt cleared, is no result.
        return next((key for key in new if key == self.report_key or self._is_final()), None)

    def _is_final(self) -> bool:
        document = self._read(self.error_key)
        is_cleared = document.get("error", "") is None
        return not is_cleared and not document.get("retried")

    def _read_progress(self) -> Any:
        try:
            return self._read(f"{self.folder}/{PROGRESS}")
        except self.client.exceptions.NoSuchKey:
            return None

    def _print_result(self, key: str) -> int:
        document = self._read(key)
        if key == self.error_key:
            print(f"error: {document['field']}: {document['problem']}")
            return ERROR
        print(f"{document['outcome']}: decision {document['decision_id']}")
        print_columns(
            (f"  {name}", number_of(output["rows"], "row"), f"s3://{self.bucket}/{output['key']}")
            for name, output in document["outputs"].items()
        )
        print(f"  a page for people: s3://{self.bucket}/{self.folder}/{REPORT_PAGE}")
        return OK if document["outcome"] == "allow" else DENIED

    def _read(self, key: str) -> Any:
        content = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return strict_json.loads(content, max_bytes=_MAX_REPORT_BYTES)
