"""The process that runs a submission: it loads files, makes calls, and sends values back.

It holds no secret and is not trusted: it knows no expected value, no check and no other
submission, and the judge reads its messages as the submission's own word. Of `grader` it imports
only `grader.wire`.
"""
