TALK FORMAT(1234.5, "#,##0.00")       ' bot: 1,234.50
TALK FORMAT(0.5, "0%")                ' bot: 50%
TALK FORMAT(7, "R$ #,##0.00")         ' bot: R$ 7.00
