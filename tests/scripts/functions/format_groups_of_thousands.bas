TALK FORMAT(1234567, "#,##0")         ' bot: 1,234,567
TALK FORMAT(999, "#,##0.00")          ' bot: 999.00
TALK FORMAT(-1234.5, "#,##0.00")      ' bot: -1,234.50
