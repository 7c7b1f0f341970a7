import numpy as np

try:
    from solutions.warm_up.neuron import *
except ImportError:
    with open("../../solutions/warm_up/neuron.py") as answers:
        exec(answers.read())
