"""What the live runner has loaded of a submission, and what failed in it.

Nothing here sends a request: it says, step by step, what to do next (`steps`). A session does it
and returns the result.
"""
