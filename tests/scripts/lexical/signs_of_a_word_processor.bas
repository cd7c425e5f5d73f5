x = 7 – 3 − 1
y = 2 × 6 ÷ 3
TALK x, " – ", y                         ' bot: 3 – 4
IF x ≤ 3 AND y ≥ 4 AND x ≠ y THEN TALK "yes"     ' bot: yes
