"""What the runner can do with an object that it holds for the judge, a module for each library.

A tool is our own code beside the submission's: what it returns is as little to be trusted as what
a function of the submission returns.
"""
