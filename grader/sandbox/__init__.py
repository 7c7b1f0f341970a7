"""Starts and ends the processes in which submissions run."""
