a = 1
IF a = 1
   AND a < 5 THEN
  TALK "yes"          ' bot: yes
END IF
