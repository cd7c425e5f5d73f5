TALK REGEXREPLACE("Ana Reis", "(\\w+) (\\w+)", "$2, $1")     ' bot: Reis, Ana
