TALK FORMAT(1234.5, "R$ #,##0.00")    ' bot: R$ 1,234.50
TALK FORMAT(1234.5, "currency")       ' bot: $1,234.50
