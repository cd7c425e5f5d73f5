x = {a: 1}
TALK FORMAT x AS JSON                 ' bot: {"a": 1}
