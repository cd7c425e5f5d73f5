ana = {name: "ana", age: 30}
TALK "${UCASE(ana.name)} will be ${ana.age + 1}"     ' bot: ANA will be 31
