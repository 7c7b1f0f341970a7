"""The portal: students hand in and learn at once, instructors see the class live (`grader serve`).

An ASGI application over the gradebook, which it never doubles: what is handed in is stored there
before it is acknowledged, and what it came to is the book's result. Pages are made on the server
and work without JavaScript. Submissions are opened and graded by other processes, never by this.
"""
