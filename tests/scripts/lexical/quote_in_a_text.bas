TALK "say ""hi"" \"now\""             ' bot: say "hi" "now"
