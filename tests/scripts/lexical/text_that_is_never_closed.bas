TALK "abc                             ' error: unclosed-string
