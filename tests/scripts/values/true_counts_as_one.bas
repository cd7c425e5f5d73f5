TALK TRUE + TRUE                      ' bot: 2
TALK "yes: " & TRUE                   ' bot: yes: true
