"""What an erasure says that it does not reach, held to the templates and the documents."""

import re
from datetime import timedelta
from pathlib import Path

from consentry.privacy.erasure import (
    BACKUP_RETENTION,
    CHECKPOINT_RETENTION,
    QUEUE_RETENTION,
    STREAM_RETENTION,
)
from tests.testkit.builders.dependencies import NOW, FakeDependencies
from tests.testkit.builders.erasures import erase

ROOT = Path(__file__).parents[2]


def test_the_listed_retention_periods_match_the_templates(named: FakeDependencies) -> None:
    messaging = (ROOT / "infra" / "stacks" / "messaging.yaml").read_text()
    retention = {int(s) for s in re.findall(r"MessageRetentionPeriod: (\d+)", messaging)}
    longest = timedelta(seconds=max(retention))

    storage = (ROOT / "infra" / "stacks" / "storage.yaml").read_text()
    passing = storage[storage.index("Id: ExpireTemporaryObjects") :].partition("- Id")[0]
    days = [int(d) for d in re.findall(r"(?:ExpirationInDays|NoncurrentDays): (\d+)", passing)]

    retained = erase(named, "ann").retained

    assert longest < QUEUE_RETENTION <= longest + timedelta(days=1)
    assert "RecoveryPeriodInDays" not in storage
    # S3 goes on to the next midnight each time.
    assert sum((timedelta(days=each + 1) for each in days), timedelta()) == CHECKPOINT_RETENTION
    ends = {BACKUP_RETENTION, STREAM_RETENTION, QUEUE_RETENTION, CHECKPOINT_RETENTION}
    assert {each.until for each in retained} == {None, *(NOW + end for end in ends)}


def test_all_documents_give_the_same_checkpoint_retention() -> None:
    said = {
        name: (ROOT / name).read_text() for name in ("README.md", "ARCHITECTURE.md", "SECURITY.md")
    }

    assert [
        name for name, text in said.items() if "after five days at the latest" not in text
    ] == []
