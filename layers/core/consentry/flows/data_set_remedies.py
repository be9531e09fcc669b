"""What a withdrawal asks to be done about a data set and each model made of it, stated once."""

from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.remedies import StatedRemedy, Taint
from consentry.flows.reach_ports import DataSets


def state_remedies(data_set: DataSet, taint: Taint, data_sets: DataSets) -> None:
    """State it for the data set and for all models that there are.

    INVARIANT: whoever marks a data set reads its models after that, and whoever registers a model reads the marks
    after that: of two at once at least one sees the other, and states it. Both do no harm.
    """
    models = data_sets.kept_of(data_set.data_set_id).models
    for model in (None, *(each.model for each in models)):
        remedy = StatedRemedy(
            withdrawal_id=taint.withdrawal_id,
            model_id=model.model_id if model else None,
            remedy=data_set.remedy_for(model),
            at=taint.at,
        )
        data_sets.state(data_set.data_set_id, remedy)
