TALK "a" = "A"                        ' bot: false
TALK "Ana" < "ana"                    ' bot: true
