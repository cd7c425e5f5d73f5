TALK "costs $5 or $ {6}"     ' bot: costs $5 or $ {6}
