at = "2026-07-05T08:09:10Z"
TALK FORMAT(at, "HH:MM")                   ' bot: 08:09
TALK FORMAT(at, "DD/MM/YYYY HH:MM:SS")     ' bot: 05/07/2026 08:09:10
TALK FORMAT(at, "mm:ss")                   ' bot: 09:10
TALK FORMAT(at, "h:m")                     ' bot: 8:9
TALK FORMAT(at, "mm"), " ", FORMAT(at, "MM")     ' bot: 09 07
