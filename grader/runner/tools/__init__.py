"""What the runner can do with objects that it holds for the judge: one module for each library.

A tool is our code, but it runs beside the submission's: its results are trusted no more than the
results of the submission's functions.
"""
