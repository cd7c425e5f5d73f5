' The WITH was forgotten: what ends like a question is no choice.
HEAR count AS INTEGER "How many?"     ' bot: How many?
                                      ' user: three
' bot: Please answer with a whole number, such as 3.
                                      ' user: 3
TALK count + 1                        ' bot: 4
HEAR way AS "EMAIL", "PHONE"          ' suggests: EMAIL | PHONE
                                      ' user: phone
TALK way                              ' bot: PHONE
