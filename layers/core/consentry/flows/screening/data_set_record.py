"""What a screening admitted is recorded, with whom it holds, before the decision is committed."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from io import BytesIO

from consentry.domain.manifests.manifest import Placement
from consentry.domain.reach.data_sets import PeopleFile, data_set_of
from consentry.domain.reach.people_file import people_file
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.ports import KeyRing
from consentry.flows.reach_ports import DataSets
from consentry.flows.screening.screening_ports import ManifestStore


def record_data_set(
    decision: ScreeningDecision,
    people: Collection[str],
    keys: KeyRing,
    store: ManifestStore,
    data_sets: DataSets,
) -> ScreeningDecision:
    """The decision, naming the record of its data set; unchanged if it admits nothing.

    INVARIANT: everybody in admitted rows has a name from here on, whether they ever acted or not: a later act is
    kept under that name, and by it the data set is found.
    """
    if not decision.allows:
        return decision
    content = people_file(keys.names_of(decision.asked.customer, people).values())
    sha256 = hashlib.sha256(content).hexdigest()
    folder = decision.outputs[Placement.ADMITTED].key.rpartition("/")[0]
    # The place names the content: who was erased and came back has another name, in another file.
    key = f"{folder}/people-{sha256[:16]}.bin"
    version = store.write(key, BytesIO(content))
    listed = PeopleFile(
        key=key, version=version, sha256=sha256, bytes=len(content), people=len(people)
    )
    data_set = data_set_of(decision, listed)
    data_sets.record(data_set)
    return replace(decision, data_set=data_set.data_set_id)
