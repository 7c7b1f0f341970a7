"""What a submission did instead of answering, and the sentences that tell the student.

Nothing here sends a request: the modules get a reply, and return an error to raise.
"""
