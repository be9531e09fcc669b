"""All bytes that Consentry stores or returns, and the traces of an id to search them for."""

import base64
import hashlib
from typing import Any

from consentry_emulator.emulator import Emulator

SHORTEST = 16
"""Length of a truncated digest, in bytes. A search for it finds the complete digest too."""


def traces_of(person: str, customer: str = "") -> list[bytes]:
    """The id, and what can be computed from it without a key: with the customer too, and truncated."""
    plain = person.encode()
    salted = [f"{customer}{joint}{person}".encode() for joint in "#~/:"]
    digests = [
        hashlib.new(name, text, usedforsecurity=False).digest()
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256")
        for text in (plain, *salted)
    ]
    found = [plain, plain.hex().encode(), plain[::-1]]
    for each in (plain, *(digest[:SHORTEST] for digest in digests)):
        found += [each, repr(each)[2:-1].encode(), each.hex().encode(), each.hex().upper().encode()]
        encodings = (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode)
        # The last character of an encoding contains bits of the next byte.
        found += [encode(each).rstrip(b"=")[:-1] for encode in encodings]
        found.append(base64.b32encode(each).rstrip(b"=").lower()[:-1])
    return found


def all_stored_bytes(cloud: Emulator, *, dead_letters: bool = True) -> bytes:
    """The content of all tables, queues, log streams and objects that Consentry writes, and all responses."""
    traces = list[Any]()
    dynamodb, s3, logs = (cloud.client(name) for name in ("dynamodb", "s3", "logs"))
    traces += [dynamodb.scan(TableName=name) for name in dynamodb.list_tables()["TableNames"]]
    traces += [letter.body for letter in cloud.dead_letters() if dead_letters]
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        traces += logs.filter_log_events(logGroupName=name)["events"]
        traces += logs.describe_log_streams(logGroupName=name)["logStreams"]
    for bucket in s3.list_buckets()["Buckets"]:
        for version in s3.list_object_versions(Bucket=bucket["Name"]).get("Versions", []):
            traces.append(version["Key"])
            if not is_the_customers_own(version["Key"]):
                location = {"Bucket": bucket["Name"], "Key": version["Key"]}
                found = s3.get_object(**location, VersionId=version["VersionId"])
                traces.append(found["Body"].read())
    traces += [(one.log, one.answer, one.error) for one in cloud.deliveries]
    return repr(traces).encode()


def is_the_customers_own(key: str) -> bool:
    """Whether an object is a manifest or rows of one. The customer owns and deletes these."""
    rows = ("admitted", "refused", "undetermined")
    return "/manifests/" in key or key.rpartition("/")[2].startswith(rows)
