"""Conditional writes are atomic between threads in the emulator; in moto alone they are not."""

from concurrent.futures import ThreadPoolExecutor

from consentry_emulator.emulator import Emulator


def test_one_of_eight_concurrent_conditional_puts_succeeds(probes: Emulator) -> None:
    dynamodb = probes.client("dynamodb")

    def put(key: str) -> bool:
        try:
            dynamodb.put_item(
                TableName="test-Rows",
                Item={"pk": {"S": key}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        for race in range(20):
            assert sum(pool.map(put, [f"race-{race}"] * 8)) == 1
