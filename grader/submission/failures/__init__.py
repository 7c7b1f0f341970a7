"""How a submission failed to answer, and the sentences that tell the student.

Nothing here sends a request: the modules get a reply, and return an error to raise.
"""
