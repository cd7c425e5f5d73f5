TALK (1 + 2     ' error: unclosed-bracket
