n = 5
TALK "No. " + FORMAT n AS "000" + "!" ' bot: No. 005!
