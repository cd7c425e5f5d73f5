given = {birthday: "23/09/2001", price: "R$ 1.500,50", count: "1,000", sure: "sim", at: "2pm", phone: "+55 (11) 91234-5678"}
r = CALL "kinds.bas", given
TALK FORMAT(r.birthday, "YYYY-MM-DD"), " ", r.price + 1, " ", r.count + 1     ' bot: 2001-09-23 1501.5 1001
TALK r.sure, " ", r.at, " ", r.phone                                         ' bot: true 14:00 +5511912345678
r = CALL "kinds.bas", {birthday: "tomorrow", when: "2026-07-01T08:30:00Z", price: 2.5}
TALK DATEDIFF(TODAY(), r.birthday), " ", r.when, " ", r.price                ' bot: 1 2026-07-01T08:30:00Z 2.5
