TALK 5 \ 0                            ' error: division-by-zero
