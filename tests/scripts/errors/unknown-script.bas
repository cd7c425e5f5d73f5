CALL "nowhere.bas"     ' error: unknown-script
