"""Not written: the alarm may ring there, or have ended the process before."""
