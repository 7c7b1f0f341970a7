"""What did you observe? The questions that a person reads, and what good answers speak of."""

from grader.questions import observations

OBSERVATIONS = observations("""
- warm_up: Exercise 0: what about matrices and layers was new to you, or hard?
  > A layer is one product x w for all samples at once; the inner sizes have to agree.
- gradient: Exercise 1: what did you observe when you changed the start, the learning rate and the
  number of steps?
  > A small rate is slow, a large one oscillates or explodes. With function 2 the start decides
    which of the three minima is reached.
- random_data: Exercise 2: what did you observe of the training error and of the test error?
  > The training error falls as far as one likes with more hidden neurons and steps; the test error
    does not fall below that of always answering 0, and often rises.
- local_minimum: Exercise 3: how did you find a minimum that is not global, and how do you know that
  it is one?
  > With few hidden neurons and several seeds. Smaller steps and a small push bring no lower loss,
    another seed ends lower.
- explosion: Exercise 4: what did you observe in the steps before the loss exploded?
  > The loss grows faster in every step, since a larger error makes a larger gradient, until the
    numbers overflow.
- plot_net: Exercise 5: what did you observe in the pictures of the network before, during and after
  training?
  > A few weights become large and others fade; a neuron whose outgoing weights vanish has no part
    in the prediction.
- structured_data: Exercise 6: what did you observe of the test error, compared with exercise 2?
  > It falls with the training error and ends about as small, down to the noise.
- hyperparameters: Exercise 7: what did you observe when you played with the hyperparameters?
  > Two hidden neurons stop at a high error from any start; rates that are fine for random
    data explode here, since the inputs are larger.
- mnist: Exercise 8: which digits does your network confuse, and why, do you think?
  > Such as 4 and 9, or 3, 5 and 8: pairs that share most of their strokes.
- beyond: Exercise 9: what did you observe of the stochastic gradient, and of the slowdown?
  > Small batches make the loss noisy and faster at first. With the squared error a neuron that is
    very wrong learns very slowly, with the cross-entropy it learns fastest.
""")
