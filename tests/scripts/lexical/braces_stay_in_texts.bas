TALK "{name} and {{name}}"     ' bot: {name} and {{name}}
