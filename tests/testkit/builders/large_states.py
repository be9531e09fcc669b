"""Histories that make the state of a party as large as it can be, and the state that is stored after them."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice, product
from typing import Any

from consentry.consent.rule_codec import encode_rules
from consentry.consent.rules import ConsentRule
from consentry.consent.state_size import MAX_RULES_BYTES, fit_rules
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.kernel.vocabulary import vocabulary
from tests.testkit.builders.dependencies import FORM, NOW, consent_event
from tests.testkit.meeting_words import EVERY_USE, DataCategory

SIGNED = {"form_id": "0" * 64, "signature": "click"}
USES = [use.model_dump() for use in EVERY_USE]
NODES = list(vocabulary().data_categories)
CELLS = tuple(product(EVERY_USE, DataCategory))


def fitted(state: PartyState, rule: ConsentRule, max_bytes: int = MAX_RULES_BYTES) -> PartyState:
    """The state that is stored after an event."""
    later = state_after(state, rule)
    return PartyState(later.version, fit_rules(later.rules, rule.kind, max_bytes=max_bytes))


def long_id(rng: random.Random) -> str:
    """An id of 128 characters that does not compress."""
    return "a" + "".join(
        rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-")
        for _ in range(127)
    )


def denials_of_pairs(rng: random.Random) -> Iterator[ConsentRule]:
    """Refusals and withdrawals, each with the last word on another pair of a use and a node."""
    uses: list[Any] = ["all", *([use] for use in USES)]
    data: list[Any] = ["all", *([node] for node in NODES)]
    for some_uses, nodes in reversed(list(product(uses, data))):
        kind = rng.choice(["refusal", "withdrawal"])
        yield rule_of(rng, kind, uses=some_uses, data=nodes)


def nested_denials(rng: random.Random) -> Iterator[ConsentRule]:
    """Refusals of ever fewer uses and nodes: each has the last word on one pair. They name uses again and again."""
    for many in range(len(USES), 0, -1):
        for nodes in range(len(NODES), 0, -1):
            repeated = (USES[:many] * 100)[:100]
            yield rule_of(rng, "refusal", uses=repeated, data=NODES[:nodes])


def grants_of_cells(rng: random.Random) -> Iterator[ConsentRule]:
    """Grants, each of one use of one category."""
    for use, leaf in CELLS:
        until = NOW + timedelta(days=999, microseconds=rng.randrange(10**12))
        yield rule_of(rng, "grant", uses=[use.model_dump()], data=[leaf], until=until)


def renewals_of_cells(rng: random.Random) -> Iterator[ConsentRule]:
    """Grants that renew the same uses of the same categories again and again, each on its own."""
    for _ in range(8):
        yield from islice(grants_of_cells(rng), 40)


def some_of_everything(rng: random.Random) -> Iterator[ConsentRule]:
    """Events of any kind on any uses and categories, done at any time, that correct earlier ones."""
    ids = list[str]()
    for _ in range(200):
        kind = rng.choice(["grant", "grant", "refusal", "withdrawal"])
        training = [use for use in USES if use["operation"] != "infer"]
        fields: dict[str, Any] = {
            "uses": rng.choices(training, k=rng.randint(1, 5)),
            "data": rng.choices(NODES, k=rng.randint(1, 3)),
        }
        if kind != "grant" and rng.random() < 0.1:
            fields |= {"uses": "all"}
        if ids and rng.random() < 0.1:
            fields |= {"corrects": rng.choice(ids)}
        if rng.random() < 0.5:
            fields |= {"done_at": NOW - timedelta(microseconds=rng.randrange(10**13))}
        rule = rule_of(rng, kind, **fields)
        ids.append(rule.consent_event_id)
        yield rule


def rule_of(rng: random.Random, kind: str, **fields: Any) -> ConsentRule:
    """The rule of an event with a long id, signed if it is a grant."""
    times = {name: fields[name].isoformat() for name in ("until", "done_at") if name in fields}
    event = consent_event(long_id(rng), kind, **(fields | times))
    at = NOW + timedelta(microseconds=rng.randrange(10**12))
    if kind == "grant":
        event = event.model_copy(update=SIGNED)
    return build_rule(event, FORM, at=at)


ADVERSARIAL = {
    each.__name__: each
    for each in (
        denials_of_pairs,
        nested_denials,
        grants_of_cells,
        renewals_of_cells,
        some_of_everything,
    )
}
"""Histories by name."""


def largest_state() -> PartyState:
    """A state of grants that no other grant fits into, each on its own use of its own category."""
    rng, rules = random.Random(7), list[ConsentRule]()  # noqa: S311
    for rule in grants_of_cells(rng):
        run = tuple(NOW - timedelta(microseconds=rng.randrange(10**15)) for _ in range(3))
        rules.append(replace(rule, run=run, done_at=run[-1], denied_at=run[0]))
        if len(rules) % 10 == 0 and len(encode_rules(tuple(rules))) > MAX_RULES_BYTES:
            return PartyState(len(rules), tuple(rules[:-10]))
    return PartyState(len(rules), tuple(rules))
