TALK BASE64("Ana"), " ", BASE64DECODE("QW5h")        ' bot: QW5h Ana
TALK LEN(HASH("Ana"))                 ' bot: 64
