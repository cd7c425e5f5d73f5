TALK "a" IN ["a", "b"]                ' bot: true
TALK 3 NOT IN [1, 2]                  ' bot: true
