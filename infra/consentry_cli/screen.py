"""`consentry screen`: an operator drops a manifest and a request into the bucket, as a pipeline would."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from consentry.aws import clients
from consentry.kernel.errors import UnavailableError
from consentry.kernel.ids import decision_id
from consentry.manifests.screening_request import ScreeningRequest
from consentry.screening.progress import PROGRESS
from consentry.screening_jobs.publish_report import REPORT_PAGE
from consentry_cli.files import InputFile, load_file, read_file
from consentry_cli.progress import wait_for
from consentry_cli.screening_request import complete_request, manifest_format
from consentry_cli.session import ERROR, StackName, environment_of, errors_reported

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

app = App(name="screen", help="Screen a manifest: exit 0 is sent or allow, 3 deny, 1 no answer.")

DENIED = 3
BUCKET_OUTPUT = {"SCREENING_BUCKET": "ScreeningBucketName"}


@app.default
def screen(
    manifest: Path,
    request: InputFile,
    *,
    bucket: Annotated[
        str | None, Parameter(help="The screening bucket; without it, that of the stack.")
    ] = None,
    wait: Annotated[float, Parameter(help="Seconds to wait for the report; 0 is not at all.")] = 0,
    stack: StackName = None,
) -> int:
    """Upload the manifest, then the request, and say where the report will be.

    Parameters
    ----------
    manifest
        The manifest: .jsonl (or .ndjson, .json, .manifest), .csv, .parquet or .rttm tells its format.
    request
        The request as JSON, without `manifest`; without `request_id` it gets a new one. `-` is the standard input.
    """
    with errors_reported():
        manifest_format(manifest)
        content = read_file(manifest)
        asked = complete_request(load_file(request), manifest, content)
        bucket = bucket or environment_of(stack, BUCKET_OUTPUT)["SCREENING_BUCKET"]
        sent = _Upload.of(clients.s3(), bucket, asked)
        sent.upload(content)
        print(f"the report will be s3://{bucket}/{sent.report}")
        print(f"if the request is refused, s3://{bucket}/{sent.refusal} says why")
        return sent.outcome(wait) if wait else 0


@dataclass(frozen=True)
class _Upload:
    client: "S3Client"
    bucket: str
    request: ScreeningRequest
    before: tuple[str | None, str | None]
    """The versions of the report and of the refusal that lay there already."""

    @classmethod
    def of(cls, client: "S3Client", bucket: str, request: ScreeningRequest) -> "_Upload":
        fresh = cls(client, bucket, request, (None, None))
        before = (fresh.version(fresh.report), fresh.version(fresh.refusal))
        return cls(client, bucket, request, before)

    @property
    def report(self) -> str:
        token = decision_id(self.request.customer, self.request.request_id).rpartition("~")[2]
        return f"{self.request.customer}/screenings/{token}/report.json"

    @property
    def page(self) -> str:
        return f"{self.report.rpartition('/')[0]}/{REPORT_PAGE}"

    @property
    def refusal(self) -> str:
        return f"{self.request.customer}/screenings/errors/{self.request.request_id}.json"

    def upload(self, content: bytes) -> None:
        """The manifest first: its request finds it there."""
        body = self.request.model_dump_json(exclude_none=True).encode()
        key = f"{self.request.customer}/requests/{self.request.request_id}.json"
        self.client.put_object(Bucket=self.bucket, Key=self.request.manifest.key, Body=content)
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def version(self, key: str) -> str | None:
        """The version of an object, if there is one."""
        listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        if not listed.get("KeyCount"):
            return None
        head = self.client.head_object(Bucket=self.bucket, Key=key)
        return head.get("VersionId") or head["LastModified"].isoformat()

    def outcome(self, seconds: float) -> int:
        """The exit code that the report, or the refusal, comes to; UnavailableError if neither comes."""
        if key := wait_for(self._arrived, self._read_progress, seconds):
            return self._print_outcome(key)
        raise UnavailableError(f"no report within {seconds:g} seconds; it may still come")

    def _arrived(self) -> str | None:
        both = zip((self.report, self.refusal), self.before, strict=True)
        return next((key for key, before in both if self.version(key) != before), None)

    def _read_progress(self) -> tuple[int, int] | None:
        key = f"{self.report.rpartition('/')[0]}/{PROGRESS}"
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None
        document = json.loads(body)
        return document["done"], document["of"]

    def _print_outcome(self, key: str) -> int:
        document = json.loads(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        if key == self.refusal:
            print(f"error: {document['field']}: {document['problem']}")
            return ERROR
        print(f"{document['outcome']}: decision {document['decision_id']}")
        for name, output in document["outputs"].items():
            print(f"  {name} {output['rows']} rows s3://{self.bucket}/{output['key']}")
        print(f"  a page of it, for people: s3://{self.bucket}/{self.page}")
        return 0 if document["outcome"] == "allow" else DENIED
