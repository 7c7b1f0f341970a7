"""The judge's end of the connection to a runner: one question, one answer, a deadline each.

`client` asks, `runners` are started and ended, `connection` has the sockets of the live one,
`deadline` says until when to wait. What comes back is the submission's own word.
"""
