' Every value comes back as what it was.
SET USER MEMORY "all", {text: "a", number: 1.5, truth: FALSE, date: DATEADD("2026-01-01", 1, "days"), list: [1, [2]], none: NULL}
HEAR x
all = GET USER MEMORY "all"
TALK all.text, all.number * 2, all.truth, FORMAT(all.date, "DD"), all.list[1][0], all.none IS NULL
' user: go on
' bot: a3false022true
