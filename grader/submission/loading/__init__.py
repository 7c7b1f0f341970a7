"""The state of loading: which files the live runner has loaded, and what failed in them.

Nothing here sends a request. The functions yield the next step (`steps`); a session executes it
and sends the result back.
"""
