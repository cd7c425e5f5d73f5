name = "Ana"
WITH person
  name = name
  age = 30
END WITH
TALK person.name, person.age     ' bot: Ana30
