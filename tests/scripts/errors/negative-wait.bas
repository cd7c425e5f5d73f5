WAIT -5
TALK "At once"
