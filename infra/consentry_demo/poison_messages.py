"""What no door can answer: kept in a dead-letter queue, never lost, never guessed at."""

from consentry_demo.event_steps import EVENTS
from consentry_demo.player import Player, read_json_response
from consentry_emulator.event_files import deliver_file


def poison(player: Player) -> None:
    """The queue's second message, sent before; an event with an unknown field; a record that is no act."""
    player.title("What no door can answer")
    _print_dead_letters(
        player, "queue", "a message that names its customer twice", "RequestDeadLetters"
    )
    player.cloud.deliver()  # what the acts before left in the stream
    before = len(player.cloud.deliveries)
    deliver_file(player.cloud, EVENTS / "decisions/bus-unknown-field.json")
    (failed,) = player.cloud.deliveries[before:]
    player.expect(failed.error is not None, "an error for an event with an unknown field")
    words = "an event with a field that is not of the contract"
    if failed.error:
        words += f" ({failed.error.type}, {failed.attempts} attempts)"
    _print_dead_letters(player, "bus", words, "EventDeadLetters")


def poison_in_the_stream(player: Player) -> None:
    """A record that is no act; the refusal beside it travels, and the queue brings it once more."""
    before = len(player.cloud.deliveries)
    deliver_file(player.cloud, EVENTS / "consent/stream-refusal-and-poison.json")
    _print_dead_letters(
        player, "stream", "a record that is no act, beside a refusal", "PropagationDeadLetters"
    )
    again = len(player.cloud.deliveries)
    deliver_file(player.cloud, EVENTS / "consent/propagation-queue-refusal.json")
    player.print_request("queue", "the refusal beside it, on its way; then once more")
    for sent in (player.cloud.deliveries[before:again], player.cloud.deliveries[again:]):
        carried = [
            e for e in sent if e.function == "ConsentPropagationQueueFunction" and e.error is None
        ]
        landed = sum('"message":"propagated"' in each.log for each in carried)
        player.print_result("landed", "everywhere" if landed else "nothing to do")
        player.expect(
            landed == (1 if sent[0].trigger == "stream" else 0), "a refusal that lands once"
        )
    shown = read_json_response(
        deliver_file(player.cloud, EVENTS / "datasets/http-get-withdrawal.json")
    )
    player.expect(bool(shown["completed_at"]) and not shown["data_sets"], "a refusal that landed")


def _print_dead_letters(player: Player, trigger: str, words: str, queue: str) -> None:
    kept = [letter for letter in player.cloud.dead_letters() if letter.queue.endswith(queue)]
    player.print_request(trigger, words)
    player.print_result("dead", f"messages in {queue}: {len(kept)}")
    for letter in kept:
        if said := letter.attributes.get("ErrorMessage"):
            player.print_detail(f"error: {said}")
    player.expect(len(kept) == 1, f"one message in {queue}")
