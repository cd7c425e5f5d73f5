TALK COALESCE(NULL, "", "b") & "|" & NVL(NULL, 5)     ' bot: |5
