IF 1 = 1 THEN
  TALK "yes"     ' bot: yes
END IF 'a note between ticks'
