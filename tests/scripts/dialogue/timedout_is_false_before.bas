' Before any HEAR nothing has timed out.
TALK TIMEDOUT     ' bot: false
