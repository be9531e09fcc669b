"""What a door was asked and what it told, in a few words, all of them taken from its own documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A decision: its outcome, the rules that decided with their clauses, what would change it."""

    outcome: str
    rules: tuple[str, ...]
    needs: tuple[str, ...]
    decision_id: str
    revision: int

    @classmethod
    def of_answer(cls, answer: Document) -> Self:
        """Of an answer, as the doors that answer give it."""
        return cls(
            outcome=answer["outcome"],
            rules=_rules(answer["reasons"]),
            needs=tuple(answer["needs"]),
            decision_id=answer["decision_id"],
            revision=answer["revision"],
        )

    @classmethod
    def of_row(cls, row: Document) -> Self:
        """Of a whole decision, as GET /decisions/{decision_id} gives it."""
        denied = row["outcome"] == "deny"
        deciding = (f for f in row["findings"] if (f["verdict"] != "permit") is denied)
        return cls(
            outcome=row["outcome"],
            rules=_rules(finding for finding in deciding if finding["enforced"]),
            needs=tuple(row["needs"]),
            decision_id=row["asked"]["decision_id"],
            revision=row["revision"],
        )


def _rules(findings: Iterable[Document]) -> tuple[str, ...]:
    named = {
        f"{rule} ({clause})": None
        for finding in findings
        for rule, clause in zip(finding["rules"], finding["clauses"], strict=True)
    }
    return tuple(named) or ("the terms are silent",)


def asked(request: Document) -> str:
    """A data-use request."""
    use, owner = request["use"], request["model_owner"]
    words = f"{use['operation']} for {use['service']} on {request['customer']}'s "
    words += _nodes(request["data"])
    collected = request["collected"]["by_service"]
    if collected != use["service"]:
        words += f" from {collected}"
    people = f", {len(request['people'])} people" if request["people"] else ""
    return f"{words}, {owner} model{people}"


def done(act: Document) -> str:
    """A consent act."""
    uses = act["uses"]
    if isinstance(uses, list):
        uses = ", ".join(f"{use['operation']}/{use['service']}" for use in uses)
    party = act.get("person") or act["customer"]
    words = f"{party}: {act['kind']} {uses} on {_nodes(act['data'])}"
    if act["kind"] == "grant":
        words += ", signed" if act.get("signature", "none") != "none" else ", not signed"
    return words


def _nodes(data: list[str] | str) -> str:
    return data if isinstance(data, str) else ", ".join(node.rpartition(".")[2] for node in data)
