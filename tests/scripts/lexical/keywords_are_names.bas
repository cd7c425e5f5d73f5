talk = "a"
hear = "b"
status = "c"
order = "d"
TALK talk + hear + status + order     ' bot: abcd
