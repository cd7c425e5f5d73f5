IF FALSE THEN REM it's not
  TALK "no"
ELSE REM it is
  TALK "yes"            ' bot: yes
END IF
