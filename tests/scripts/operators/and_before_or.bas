TALK TRUE OR FALSE AND FALSE          ' bot: true
