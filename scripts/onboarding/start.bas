' Goes with a new colleague through the first week. It waits days between its steps and opens tasks for what is missing.

name = HEAR "Welcome! I will be with you in your first week. What is your name?"
team = HEAR "Which team do you join, ${name}?" AS MENU "Sales", "Engineering", "Office"

missing = 0
CALL ask_for("a laptop", "IT")
CALL ask_for("a key to the office", "Front desk")
IF missing = 0 THEN
  TALK "Then you are all set for today."
ELSE
  TALK "I passed on ${missing} ${missing = 1 ? "thing" : "things"}. Somebody will come to you."
END IF
TALK "I write again tomorrow."

WAIT 1 DAYS

FOR EACH topic IN topics_of(team)
  CALL learn(topic)
NEXT

WAIT 2 DAYS

stars = HEAR "How was your week so far, from 1 to 5?" AS INTEGER
WHILE stars < 1 OR stars > 5
  stars = HEAR "A number from 1 to 5, please." AS INTEGER
END WHILE
IF stars <= 2 THEN
  talk_task = CREATE TASK "Talk with ${name}: first week is ${stars} of 5" PRIORITY "high" TAGS ["onboarding"]
  SET TASK DUE DATE talk_task, NOW() + DAYS(1)
  TALK "Thank you for being open. Somebody will talk with you tomorrow."
ELSE
  TALK "Good to hear. Have a good start, ${name}!"
END IF

SUB ask_for(thing, who)
  answer = HEAR "Do you have ${thing}?" AS MENU "Yes", "No"
  IF answer = "No" THEN
    CREATE TASK "${name} (${team}) needs ${thing}", who PRIORITY "high" TAGS ["onboarding"]
    missing = missing + 1
  END IF
END SUB

SUB learn(topic)
  answer = HEAR "Good morning. Today's topic is ${topic}. Have you seen it?" AS MENU "Yes", "Show me"
  IF answer = "Show me" THEN
    CREATE TASK "Show ${name} ${topic}" TAGS ["onboarding"]
    TALK "I asked your team to show it to you."
  END IF
END SUB

FUNCTION topics_of(team)
  topics = ["the house rules"]
  SELECT CASE team
    CASE "Sales"
      PUSH(topics, "the price list")
    CASE "Engineering"
      PUSH(topics, "how we release")
    CASE ELSE
      PUSH(topics, "the calendar")
  END SELECT
  RETURN topics
END FUNCTION
