who = "Ana"
x = HEAR "Well, " + who + "?"     ' bot: Well, Ana?
                                  ' user: yes
TALK x                ' bot: yes
