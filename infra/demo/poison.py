"""What no door can answer: kept in a dead-letter queue, never lost, never guessed at."""

from infra.demo.doors import EVENTS
from infra.demo.stage import Stage, opened
from infra.local.files import deliver_file


def poison(stage: Stage) -> None:
    """The queue's second message, sent before; an event with an unknown field; a record that is no act."""
    stage.title("What no door can answer")
    _kept_in(stage, "queue", "a message that names its customer twice", "RequestDeadLetters")
    stage.cloud.deliver()  # what the acts before left in the stream
    before = len(stage.cloud.trace)
    deliver_file(stage.cloud, EVENTS / "decide/bus-unknown-field.json")
    (failed,) = stage.cloud.trace[before:]
    stage.expect(failed.error is not None, "an error for an event with an unknown field")
    words = "an event with a field that is not of the contract"
    if failed.error:
        words += f" ({failed.error.type}, {failed.attempts} attempts)"
    _kept_in(stage, "bus", words, "EventDeadLetters")


def poison_in_the_stream(stage: Stage) -> None:
    """A record that is no act; the refusal beside it travels, and the queue brings it once more."""
    before = len(stage.cloud.trace)
    deliver_file(stage.cloud, EVENTS / "consent/stream-refusal-and-poison.json")
    _kept_in(stage, "stream", "a record that is no act, beside a refusal", "ReachDeadLetters")
    again = len(stage.cloud.trace)
    deliver_file(stage.cloud, EVENTS / "consent/reach-refusal.json")
    stage.asks("queue", "the refusal beside it, on its way; then once more")
    for sent in (stage.cloud.trace[before:again], stage.cloud.trace[again:]):
        carried = [e for e in sent if e.function == "ConsentReachFunction" and e.error is None]
        landed = sum('"message":"propagated"' in each.log for each in carried)
        stage.gets("landed", "everywhere" if landed else "nothing to do")
        stage.expect(landed == (1 if sent[0].door == "stream" else 0), "a refusal that lands once")
    shown = opened(deliver_file(stage.cloud, EVENTS / "dataset/api-show-withdrawal.json"))
    stage.expect(bool(shown["completed_at"]) and not shown["data_sets"], "a refusal that landed")


def _kept_in(stage: Stage, door: str, words: str, queue: str) -> None:
    kept = [letter for letter in stage.cloud.dead_letters() if letter.queue.endswith(queue)]
    stage.asks(door, words)
    stage.gets("dead", f"messages in {queue}: {len(kept)}")
    for letter in kept:
        if said := letter.attributes.get("ErrorMessage"):
            stage.adds(f"error: {said}")
    stage.expect(len(kept) == 1, f"one message in {queue}")
