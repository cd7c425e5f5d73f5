TALK LEFT("TaskTalk", 4)              ' bot: Task
TALK RIGHT("TaskTalk", 4)             ' bot: Talk
TALK MID("TaskTalk", 5)               ' bot: Talk
TALK MID("TaskTalk", 2, 3)            ' bot: ask
