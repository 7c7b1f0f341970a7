"""The judge's end of the connection to a runner: one request, one reply, each with a deadline.

`client` sends requests, `runners` starts and ends runners, `connection` has the sockets of the live
one, `deadline` knows how long to wait. Every reply is the submission's own word.
"""
