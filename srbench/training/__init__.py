"""Training: from a recipe to a network's weights.

Read `run` for the way from a job to its result, `trainer` for the loop over steps.

- `job`: a recipe at a budget, as plain data; `recipe`: checks and changes of its settings.
- `batches`, `objective`: patches and losses of a step; `learner`, `trained_module`: the network and its optimizer.
- `monitoring`: reports, validation and warnings; `storage`: lock, checkpoints, card and weights.
- `fabric`, `layout`: devices, precision and memory format.
- `nearest_training`, `step_time`: hints for a resumed training, and the time of a step.
"""
