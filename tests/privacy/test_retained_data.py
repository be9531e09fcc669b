"""The listed retention periods match the templates and SECURITY.md."""

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
    expiry = storage[storage.index("Id: ExpireTemporaryObjects") :].partition("- Id")[0]
    days = [int(d) for d in re.findall(r"(?:ExpirationInDays|NoncurrentDays): (\d+)", expiry)]

    retained = erase(named, "ann").retained

    assert longest < QUEUE_RETENTION <= longest + timedelta(days=1)
    assert "RecoveryPeriodInDays" not in storage
    # S3 rounds each period up to the next midnight.
    assert sum((timedelta(days=each + 1) for each in days), timedelta()) == CHECKPOINT_RETENTION
    ends = {BACKUP_RETENTION, STREAM_RETENTION, QUEUE_RETENTION, CHECKPOINT_RETENTION}
    assert {each.until for each in retained} == {None, *(NOW + end for end in ends)}


def test_security_md_gives_the_same_retention_periods() -> None:
    security = " ".join((ROOT / "SECURITY.md").read_text().split())

    assert f"point-in-time backups ({BACKUP_RETENTION.days} days)" in security
    assert f"dead-letter queues ({QUEUE_RETENTION.days} days;" in security
    assert timedelta(days=1) == STREAM_RETENTION
    assert "copies in the consent table's stream (a day)" in security
    assert timedelta(days=5) == CHECKPOINT_RETENTION
    assert "screening checkpoints (five days)" in security
