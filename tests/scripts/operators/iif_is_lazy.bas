TALK IIF(TRUE, "yes", 1 / 0)          ' bot: yes
