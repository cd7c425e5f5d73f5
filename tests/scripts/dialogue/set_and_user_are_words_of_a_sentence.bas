' SET user = is an assignment like any other.
SET user = "me"
TALK user     ' bot: me
