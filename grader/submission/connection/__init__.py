"""The judge's end of the connection to a runner: one request, one reply, each with a deadline.

`client` sends requests, `runners` starts and ends runners, `connection` holds the sockets of the
live one, `deadline` decides how long to wait. A reply comes from the submission: it is not trusted.
"""
