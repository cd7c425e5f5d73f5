DESCRIPTION "Gives back what it is given"
PARAM birthday AS DATE LIKE "23/09/2001"
PARAM price AS MONEY
PARAM count AS INTEGER
PARAM sure AS BOOLEAN
PARAM at AS TIME
PARAM phone AS PHONE
PARAM when AS DATETIME
RETURN {birthday: birthday, price: price, count: count, sure: sure, at: at, phone: phone, when: when}
