TALK GET "https://example.com"      ' error: unknown-keyword
' hint: GET of a web address is a keyword of General Bots that TaskTalk does not have yet
