name = ‘Ana’
TALK “Hello ${name}, ” + „it’s you“       ' bot: Hello Ana, it’s you
TALK “You said "no" \"never\"”            ‘ bot: You said "no" "never"
TALK "He said “hello”"                    ’ bot: He said “hello”
