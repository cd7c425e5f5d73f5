ready = TRUE 'from the start'
TALK ready       ' bot: true
