TALK POP([]) IS NULL                  ' bot: true
