' Keywords may be names of variables.
talk = "a"
hear = talk + "b"
wait = hear + "c"
TALK wait     ' bot: abc
