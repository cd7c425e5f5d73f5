rows = CSV("name,age\nAna,30")
TALK rows[0].name, rows[0].age        ' bot: Ana30
TALK LEN(CSV([{a: 1}]))               ' bot: 4
