"""An automated grader for a course on neural networks."""

__version__ = "0.1.0"
