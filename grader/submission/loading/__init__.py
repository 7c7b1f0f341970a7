"""What of a submission the live runner has loaded, and what has failed meanwhile.

Nothing here asks a runner itself: it says, step by step, what is missing (`steps`), and a session
asks for that and tells it what came.
"""
