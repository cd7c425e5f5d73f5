CALL "no-loop.bas"     ' error: broken-script
