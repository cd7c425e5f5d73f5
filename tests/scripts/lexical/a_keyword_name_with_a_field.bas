task = {title: "Call"}
task.title = task.title + "!"
TALK task.title                       ' bot: Call!
