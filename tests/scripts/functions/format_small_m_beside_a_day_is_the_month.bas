at = "2026-07-05T08:09:10Z"
TALK FORMAT(at, "dd/mm/yyyy")              ' bot: 05/07/2026
TALK FORMAT(at, "yyyy-mm-dd hh:nn:ss")     ' bot: 2026-07-05 08:09:10
TALK FORMAT(at, "d mmm yyyy")              ' bot: 5 Jul 2026
TALK FORMAT(at, "mmmm")                    ' bot: July
TALK FORMAT(at, "hh:mm dd/mm")             ' bot: 08:09 05/07
