HEAR person.name        ' user: Ana
HEAR person.town.name WITH "Where?"     ' bot: Where?
                        ' user: Faro
HEAR answers[1] AS INTEGER              ' user: 4
TALK person.name, person.town.name, answers[1] + 1     ' bot: AnaFaro5
texts = {ask: "Sure?"}
x = HEAR texts.ask      ' bot: Sure?
                        ' user: yes
INPUT "Two"; person.age, b[0]           ' bot: Two
                        ' user: 30, 7
TALK x, person.age + b[0]               ' bot: yes37
