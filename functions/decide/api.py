"""POST /decisions: may this data be used so?"""

from typing import Any

from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from consentry.domain.answer import Answer, answer_of
from consentry.domain.requests import DataUseRequest
from functions.decide.deciding import decide_for
from functions.http import caller_of, logger, open_app

app = open_app()


@app.post("/decisions")
def answer(request: DataUseRequest) -> Answer:
    """May this data be used so? The same request id gets the same decision."""
    return answer_of(decide_for(request, caller_of(app), logger))


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The door: an HTTP API event of payload format 2.0."""
    return app.resolve(event, context)
