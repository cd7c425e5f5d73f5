IF	1 = 1	THEN
	TALK	"tabs"	' bot: tabs
END	IF
