TALK DATEVALUE("2026-07-01") * 2      ' error: wrong-type
