x = 'don''t'
TALK x             ' bot: don't
TALK 'it''s', 'a'  ' bot: it'sa
y = ''             ' nothing
TALK '[' + y + ']' ' bot: []
