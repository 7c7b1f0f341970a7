"""Why a training rests where a small push sets it free."""

from .experiment import Run


def cause(run: Run) -> str:
    """Return the name of the known mistake in `mistakes_local_minimum` that made a saddle."""
    if not run.w1.any() and not run.w2.any():
        return "all_weights_zero"
    if not (run.x @ run.w1 > 0).any():
        return "all_neurons_asleep"
    w1, w2 = run.start
    if w1.shape[1] > 1 and (w1 == w1[:, :1]).all() and (w2 == w2[:1]).all():
        return "neurons_start_equal"
    return "starts_next_to_zero"
