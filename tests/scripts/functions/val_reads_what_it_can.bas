TALK VAL("12.5 kg")                   ' bot: 12.5
TALK VAL("kg")                        ' bot: 0
TALK VAL("-3")                        ' bot: -3
