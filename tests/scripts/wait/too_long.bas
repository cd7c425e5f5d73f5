' WAIT waits for a hundred years at most.
WAIT 40000 DAYS     ' error: invalid-duration
