TALK {a: 1} CONTAINS "a"              ' bot: true
TALK {a: 1} CONTAINS 1                ' bot: false
