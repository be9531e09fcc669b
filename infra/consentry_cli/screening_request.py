"""A manifest and the request to screen it, as files: what is left out of the request is filled in."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.screening_request import ManifestFormat, ScreeningRequest
from consentry_cli.files import UnreadableFileError

FORMATS = {
    ".jsonl": ManifestFormat.JSONL,
    ".ndjson": ManifestFormat.JSONL,
    ".json": ManifestFormat.JSONL,
    ".manifest": ManifestFormat.JSONL,
    ".csv": ManifestFormat.CSV,
    ".parquet": ManifestFormat.PARQUET,
    ".rttm": ManifestFormat.RTTM,
}
"""What a name's ending says; SageMaker and NeMo call JSON lines `.manifest` and `.json`."""


def manifest_format(manifest: Path) -> ManifestFormat:
    """The format that a manifest's name tells; UnreadableFileError if it tells none."""
    known = FORMATS.get(manifest.suffix.lower())
    if known is None:
        problem = f"its name must end in one of {', '.join(FORMATS)}, which tell its format"
        raise UnreadableFileError(manifest, problem)
    return known


def complete_request(
    document: Mapping[str, Any], manifest: Path, content: bytes
) -> ScreeningRequest:
    """The request with its manifest and its id filled in; refused here as the door would refuse it."""
    if "manifest" in document:
        raise InvalidRequestError("manifest", "is filled in for you")
    folder = f"{document.get('customer')}/manifests/{sha256(content).hexdigest()[:16]}"
    place = {"key": f"{folder}/{manifest.name}", "format": manifest_format(manifest)}
    request = ScreeningRequest.read({"request_id": uuid4().hex, **document, "manifest": place})
    request.require_own_manifest()
    return request
