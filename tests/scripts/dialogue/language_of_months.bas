' FORMAT names months and days in the person's language.
day = "2026-03-31"
TALK FORMAT(day, "dddd, D MMMM")     ' bot: Tuesday, 31 March
SET LANGUAGE "German"
TALK FORMAT(day, "dddd, D. MMMM")    ' bot: Dienstag, 31. März
SET LANGUAGE "es"
TALK FORMAT(day, "ddd D MMM")        ' bot: mar 31 mar
