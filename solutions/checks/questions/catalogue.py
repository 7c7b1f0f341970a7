"""The course's questions: the one source of the checks, of the template and of the answers.

A bullet is a statement, or a wrong number, by the name of the mistake; what whoever made it reads
stands behind the `>`, or the colon. Those that a person reads are in `observations.py`. After a
change run `scripts/make_answers.py`, which writes `assignments/answers.toml` and
`solutions/answers.toml`. What guessing earns is held below 5 % of the points by a test.
"""

from grader.questions import Question, choice, number

QUESTIONS: tuple[Question, ...] = (
    number(
        "power_of_ones",
        243,
        'part 1, "What is Aⁿ?"',
        """
        A is the 3×3 matrix of ones. Which number stands in every place of A⁶?
        - power_of_each_element, 1: A⁶ is a product of six matrices, not the sixth power of each
          element: already in A² each element is 1·1 + 1·1 + 1·1 = 3.
        - one_factor_too_many, 729: This is 3⁶. The first A has ones in it, and only each of the
          five products after it multiplies by 3: Aⁿ = 3ⁿ⁻¹ A.
        - sum_for_product, 18: This grows by 3 with each factor, but it is multiplied by 3: A² holds
          3, A³ holds 9. Aⁿ = 3ⁿ⁻¹ A.
        - two_factors_only, 3: This is A². Multiply by A again: each element of A³ is 3 + 3 + 3.
        """,
    ),
    number(
        "squared_error",
        5,
        "eq. 19",
        """
        The predictions for two samples are (1, 2) and (3, 4), the truth is (0, 2) and (3, 2). How
        large is the squared error SE?
        - mean_over_samples, 2.5: This is the mean over the two samples. The lecture's SE is a sum:
          1 + 4.
        - mean_over_all_numbers, 1.25: This is the mean over all four numbers. The lecture's SE is a
          sum: 1 + 4.
        - errors_not_squared, 3: This adds the errors as they are, 1 and 2. Square each of them
          first.
        - square_root_taken, 2.23606797749979: This is the length of the error. The squared error
          takes no root: ‖…‖² is the sum of the squares.
        """,
    ),
    choice(
        "reciprocal",
        'part 2, "Is the reciprocal true?"',
        """
        If a differentiable f has a local extremum at x, then f′(x) = 0. Is the converse true? (The
        lecture calls it the reciprocal.)
        - reciprocal_believed, wrong: Yes: where f′(x) = 0, f has a local minimum or a local
          maximum.
          > It is not: f(x) = x³ has f′(0) = 0, and grows on both sides of 0. Where the derivative
            is 0, the function may only pause.
        - cube_not_seen, right: No: f(x) = x³ has f′(0) = 0 and no extremum at 0.
          > Look at f(x) = x³ again: f′(x) = 3x² is 0 at 0, and f is negative on the left of 0 and
            positive on the right.
        - no_derivative_at_all, wrong: No: f(x) = |x| has an extremum at 0, and f′(0) is not 0.
          > |x| has no derivative at 0, so it is not a differentiable function. And a function with
            an extremum says nothing about the converse: that needs one with f′(x) = 0 and no
            extremum.
        - second_derivative_not_used, right: Where f′(x) = 0 and f″(x) > 0, f has a local minimum.
          > f″(x) > 0 says that f′ grows: it is negative on the left of x and positive on the right.
            So f falls before x and rises after it, which is a minimum.
        - flat_extremum_not_seen, wrong: Where f′(x) = 0 and f″(x) = 0, f has no extremum.
          > f(x) = x⁴ has both derivatives 0 at 0, and its minimum there.
        """,
    ),
    number(
        "minimum",
        1,
        "eq. 20",
        """
        For which x is (x − 1)² + 3.5 smallest?
        - value_for_place, 3.5: 3.5 is the smallest value. The question is where it is reached:
          where the square is 0.
        - sign_of_the_shift, -1: At −1 the square is (−2)² = 4. It is 0 where x − 1 = 0.
        - shift_forgotten, 0: At 0 the square is (−1)² = 1. It is 0 where x − 1 = 0.
        """,
    ),
    number(
        "gradient_step",
        2.6,
        "eq. 21",
        """
        One step of the gradient algorithm on (x − 1)² + 3.5, from x = 3, with the learning rate
        0.1: where does it lead to?
        - uphill, 3.4: This goes uphill. The derivative at 3 is 4, and the step goes against it: x ←
          x − α f′(x).
        - factor_two_missing, 2.8: The derivative of (x − 1)² is 2 (x − 1), which is 4 at x = 3: the
          2 is missing.
        - learning_rate_forgotten, -1: This is a step as long as the derivative itself. It is
          multiplied by the learning rate first.
        - step_for_place, -0.4: This is the step alone. It leads from 3 to 3 − 0.4.
        - value_for_derivative, 2.25: This subtracts 0.1 times the function's value, 7.5. The
          derivative is what tells the direction: 2 (x − 1).
        """,
    ),
    choice(
        "learning_rate",
        "eq. 23: α is the learning rate",
        """
        What can happen when the learning rate is too large?
        - oscillation_not_seen, right: The steps lead over the minimum, to and fro, and never
          settle.
          > The steps can do that: a step that is longer than the way to the minimum lands on the
            other side, from where the gradient leads back. The experiment `oscillates` of exercise
            1 shows it.
        - explosion_not_seen, right: The loss becomes larger and larger, up to inf or nan.
          > It can: where each step lands higher than it began, the gradient is larger there, and
            the next step is longer still. Exercise 4 makes it happen.
        - slow_for_too_fast, wrong: The loss falls in every step, but so slowly that it is far from
          the minimum after many steps.
          > That is what a learning rate that is too small does.
        - wrong_gradient_blamed, wrong: The gradient is computed wrongly.
          > The gradient at a point does not depend on the learning rate: it is right, and the step
            along it is too long.
        - jump_not_seen, right: A step leads out of one valley and into another.
          > It can: a long step does not follow the landscape between its ends. Function 2 of
            exercise 1 has three valleys; try large rates there.
        """,
    ),
    choice(
        "gradient_shape",
        "eq. 22 and 24: a partial derivative for each weight",
        """
        64 samples, 20 inputs, 10 hidden neurons, 1 output: which shape has ∂L/∂w1?
        - shape_of_w2, wrong: (10, 1)
          > This is the shape of w2, and of ∂L/∂w2. A gradient has the shape of its own weights; w1
            leads from 20 inputs to 10 hidden neurons.
        - shape_of_the_hidden_layer, wrong: (64, 10)
          > This is the shape of the hidden layer, x w1. The gradient says for each *weight* how the
            loss changes with it; the samples are summed up.
        - transposed, wrong: (10, 20)
          > This is transposed: w1 has a row for each input and a column for each hidden neuron, so
            that x w1 is defined.
        - shape_of_w1_not_seen, right: (20, 10)
          > A gradient has its weights' shape.
        - shape_of_the_inputs, wrong: (64, 20)
          > This is the shape of x. A gradient with respect to w1 has the shape of w1.
        - hidden_layer_left_out, wrong: (20, 1)
          > This would be the weights of a network without a hidden layer: w1 leads from the 20
            inputs to the 10 hidden neurons.
        """,
        several=False,
    ),
    choice(
        "random_data",
        'part 3, "Does this learning make sense?"',
        """
        A network has learned 64 samples of random data until its training error was nearly 0. Does
        this make sense, and how does the test error behave?
        - structure_in_random_data, wrong: It has found the structure of the data.
          > The outputs were drawn independently of the inputs: there is no structure to be found.
        - learned_by_heart_not_seen, right: It has learned the 64 samples by heart: it overfits.
          > Nothing else is possible: the data hold no rule, so that a small training error means
            that the samples themselves are stored in the weights.
        - test_error_believed_small, wrong: On new random samples the error is nearly as small as on
          the 64.
          > What is known of the 64 samples says nothing about new ones. Measure it with
            `test_error` of exercise 2.
        - large_test_error_not_seen, right: On new random samples it does no better than a network
          that always answers 0.
          > Where the outputs have nothing to do with the inputs, 0 is the best guess, and what the
            network says instead only adds to the error. Compare `test_error` with Σy².
        - more_steps_believed_in, wrong: With more steps of training, the test error would come down
          as well.
          > More steps fit the 64 samples better still, and there is nothing in them that new
            samples share.
        """,
    ),
    choice(
        "structured_data",
        'part 3, "It is as small as the training error"',
        """
        A network has learned structured data (noise 0.05) well. How does the test error, per
        sample, behave?
        - generalisation_not_seen, right: It is about as small as the training error.
          > The rule that the network has found holds for new samples as well: measure it with
            `test_error` of exercise 6.
        - overfitting_believed, wrong: It stays about as large as for a network that has learned
          nothing.
          > That is so for random data. Here inputs and outputs are tied by a rule, and the rule
            holds for new samples as well.
        - noise_believed_learnable, wrong: It can be brought down to 0 by training long enough.
          > The noise of a new sample is drawn when the training is over: no network can know it.
        - noise_floor_not_seen, right: Its mean cannot fall below 2·0.05² = 0.005, whatever the
          network.
          > Each of the two outputs carries noise of variance 0.05² that cannot be predicted: this
            much is left over even for the rule itself.
        """,
    ),
    number(
        "hidden_units",
        4,
        'part 3, "Exercise 6"; the statement, "Why two hidden neurons are not enough"',
        """
        How many hidden neurons does the network need at least to learn the structured data of
        exercise 6 (two outputs)?
        - one_for_each_output, 2: One for each output would do without the relu. A relu says nothing
          where its input is negative: it takes two, z = relu(z) − relu(−z).
        - one_for_each_input, 6: There are six inputs, but two numbers that are to be computed from
          them: each takes a pair of neurons, z = relu(z) − relu(−z).
        - one_sign_left_out, 3: Three take one output with both signs, and only one sign of the
          other.
        - one_for_everything, 1: A single hidden neuron makes both outputs multiples of the same
          number, and 0 for half of the samples.
        """,
        asks="least",
    ),
)
