TALK FIRST([7, 8]), LAST([7, 8]), " ", FIRST("one two"), " ", LAST("one two"), " ", FIRST([]) IS NULL     ' bot: 78 one two true
