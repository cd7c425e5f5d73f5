remark = 1
REM TALK "never"
remember_me = 2
TALK remark + remember_me             ' bot: 3
