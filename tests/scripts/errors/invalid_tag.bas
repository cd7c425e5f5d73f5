TAG CONVERSATION " "     ' error: invalid_tag
