"""Start and end the processes in which submissions run."""
