"""What lives beside the submission: it loads files, makes calls, and sends values back.

Nothing here is worth stealing and nothing here is trusted: it knows no expected value, no check
and no other submission, and whatever it says the judge reads as the submission's own word. Of ours
it imports `grader.wire` and nothing else.
"""
