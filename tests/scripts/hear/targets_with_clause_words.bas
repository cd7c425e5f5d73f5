HEAR title AS TEXT
' user: Boss
HEAR due AS DATE
' user: 2030-01-02
HEAR to AS EMAIL
' user: ana@example.com
HEAR timeout AS INTEGER TIMEOUT 5 MINUTES
' user: 3
HEAR with
' user: milk
HEAR as AS "tea", "coffee"
' user: tea
HEAR default WITH "And?" DEFAULT "no"     ' bot: And?
' user: yes
TALK title, " ", FORMAT(due, "YYYY"), " ", to, " ", timeout, " ", with, " ", as, " ", default
' bot: Boss 2030 ana@example.com 3 milk tea yes
