PARAM count AS INTEGER DEFAULT 3
TALK count + 1                        ' bot: 4
