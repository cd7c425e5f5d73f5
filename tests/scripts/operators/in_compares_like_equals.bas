TALK "2" IN [1, 2]                    ' bot: true
TALK "A" IN ["a"]                     ' bot: false
