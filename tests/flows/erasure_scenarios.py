"""Ann is erased while she is decided on or acts: what the actors have to get done."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from consentry.aws.erasure_tables import ErasureTables
from consentry.domain.consent.acts import ConsentAct
from consentry.domain.errors import ErasedError, UnansweredError
from tests.fakes.actors import Tell, Work
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.erasures import SIGNED, TokenFirst, erase
from tests.fakes.history import ALLOW, Ledger, Operation
from tests.fakes.names import seeded
from tests.fakes.situations import Scenario
from tests.fakes.tables import CONSENTS
from tests.fakes.worlds import ACME, NOW, SECOND, World, act, asked
from tests.flows.scenarios import GRANTED

ANNS = Operation("grant", "anns", "ann")
ERASED = (GRANTED, ANNS, Operation("erase", "e-1", "ann"))
ANEW = (*ERASED, Operation("erase", "e-2", "ann"), Operation("grant", "again", "ann"))
OLD, NEW = (act(act_id, "grant", **SIGNED) for act_id in ("anns", "again"))


def world(client: Any, seed: str) -> World:
    return World(client, seeded(client, ACME, seed))


def work(does: str, name: str, seed: str, run: Callable[[World, int], Any]) -> Work:
    """Something about Ann, until it is answered, or refused since an erasure is under way for too long."""

    def delivered(client: Any, attempt: int, tell: Tell) -> None:
        try:
            told = run(world(client, f"{seed} {attempt}"), attempt)
        except ErasedError as erased:
            told = erased
        except UnansweredError:
            return
        tell(told)

    return Work(Operation(does, name, "ann"), delivered)


def deciding(request_id: str) -> Work:
    request = asked(request_id)
    return work(
        "decide", request_id, request_id, lambda w, n: w.decide(request, at=NOW + n * SECOND)
    )


def acting(what: ConsentAct) -> Work:
    return work(
        str(what.kind), what.act_id, what.act_id, lambda w, n: w.record(what, at=NOW + n * SECOND)
    )


def acting_by_a_token_asked_first(what: ConsentAct) -> Work:
    """A twin of `acting`."""

    def run(world: World, attempt: int) -> Any:
        key = world.keys.key_of(ACME)
        person = what.person or ""
        if world.consents.spent(ACME, key.place(person), key.spent(person, what.act_id)):
            raise ErasedError
        then = replace(world)
        then.consents = TokenFirst(CONSENTS, lambda: world.client, world.pauses.append)
        return then.record(what, at=NOW + attempt * SECOND)

    return work(str(what.kind), what.act_id, what.act_id, run)


def erasing(
    erasure_id: str = "e-1", seed: str = "", by: type[ErasureTables] = ErasureTables
) -> Work:
    return work(
        "erase",
        erasure_id,
        f"{erasure_id} {seed}",
        lambda w, n: erase(w, "ann", erasure_id, at=NOW + n * SECOND, by=by),
    )


def granted(client: FakeDynamoDB) -> None:
    """Acme and Ann granted."""
    before = world(client, "given")
    before.grant()
    before.record(act("anns", "grant", **SIGNED), at=NOW - SECOND)


def allowed(client: FakeDynamoDB) -> None:
    """And the request was allowed once."""
    granted(client)
    world(client, "given").decide(asked(), at=NOW - SECOND)


def erased(client: FakeDynamoDB) -> None:
    """And she was erased."""
    granted(client)
    erase(world(client, "given e-1"), "ann", "e-1")


def granted_anew(client: FakeDynamoDB, by: type[ErasureTables]) -> None:
    """And again; since then she granted anew."""
    erased(client)
    erase(world(client, "given e-2"), "ann", "e-2", by=by)
    world(client, "given").record(NEW)


def unheard_of(client: FakeDynamoDB) -> None:
    """Acme granted; nobody ever named Ann."""
    world(client, "given").grant()


def scenarios(
    by: type[ErasureTables] = ErasureTables, acting: Callable[[ConsentAct], Work] = acting
) -> dict[str, Scenario]:
    """By their stories; every one ends with the request once more, and a new one."""
    ask, then = (deciding("r-1"),), (deciding("r-1"), deciding("r-3"))
    erase = (erasing(by=by),)
    first = (granted, Ledger((GRANTED, ANNS)))
    again = (allowed, Ledger((GRANTED, ANNS), (("r-1", ALLOW, 2),)))
    return {
        "a request while she is erased": Scenario(*first, (ask, erase), then),
        "an allowed request again while she is erased": Scenario(*again, (ask, erase), then),
        "she withdraws while she is erased": Scenario(
            *again, ((acting(act("w", "withdraw", person="ann")),), erase), then
        ),
        "she grants anew while she is erased": Scenario(*first, ((acting(NEW),), erase), then),
        "her grant is delivered again while she is erased": Scenario(
            *first, ((acting(OLD),), erase), then
        ),
        "her erased grant is delivered again while she is erased again": Scenario(
            erased, Ledger(ERASED), ((acting(OLD),), (erasing("e-2", by=by),)), then
        ),
        "her erasure is delivered again while she is erased again": Scenario(
            erased, Ledger(ERASED), (erase, (erasing("e-2", by=by),)), then
        ),
        "her erasure is delivered again after another and a new grant": Scenario(
            partial(granted_anew, by=by), Ledger(ANEW), (erase, ask), then
        ),
        "she is erased twice at once": Scenario(*first, ((erasing("e-2", by=by),), erase), then),
        "her erasure is delivered twice at once": Scenario(
            *first, ((erasing(seed="twin", by=by),), erase), then
        ),
        "somebody never heard of is erased while a request names her": Scenario(
            unheard_of, Ledger((GRANTED,)), (ask, erase), then
        ),
    }
