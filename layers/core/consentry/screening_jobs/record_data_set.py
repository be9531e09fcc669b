"""Records the data set of a screening, with its people, before the decision is committed."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from io import BytesIO
from itertools import batched

from consentry.datasets.data_set import build_data_set
from consentry.datasets.dynamodb import DataSetRepository
from consentry.datasets.membership_file import MembershipFile, build_membership_file
from consentry.pseudonyms.repository import PseudonymRepository
from consentry.screening.repository import ObjectRepository
from consentry.screening.screening_decision import ScreeningDecision, screening_folder

PEOPLE_AT_ONCE = 10_000
"""Pseudonyms need more memory than their entries in the file."""


def record_data_set(
    decision: ScreeningDecision,
    people: Collection[str],
    keys: PseudonymRepository,
    store: ObjectRepository,
    data_sets: DataSetRepository,
) -> ScreeningDecision:
    """The decision with its data set's id, if it admits rows. `people`: those in admitted rows."""
    if not decision.allows:
        return decision
    # INVARIANT: from here on every person in admitted rows has a pseudonym, with or without consent
    # events: later events are stored under it, and the data set is found by it.
    customer = decision.request_record.customer
    content = build_membership_file(
        pseudonym
        for batch in batched(people, PEOPLE_AT_ONCE, strict=False)
        for pseudonym in keys.get_or_create_many(customer, batch).values()
    )
    sha256 = hashlib.sha256(content).hexdigest()
    folder = screening_folder(decision.request_record)
    # The key contains the digest: a person who returns after an erasure has a new pseudonym, in a
    # new file.
    key = f"{folder}/people-{sha256[:16]}.bin"
    version = store.write(key, BytesIO(content))
    file = MembershipFile(
        key=key, version=version, sha256=sha256, bytes=len(content), people_count=len(people)
    )
    data_set = build_data_set(decision, file)
    data_sets.record(data_set)
    return replace(decision, data_set_id=data_set.data_set_id)
