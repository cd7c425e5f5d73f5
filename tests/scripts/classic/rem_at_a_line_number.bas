10 REM nothing happens here: TALK "no"
20 TALK "yes"         ' bot: yes
