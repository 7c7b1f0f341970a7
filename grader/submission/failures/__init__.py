"""What a submission did instead of answering, and the sentences in which it is told so.

Nothing here asks a runner for anything: it is given what came, and returns an error to raise.
"""
