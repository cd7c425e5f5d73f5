DESCRIPTION "What an order says"
PARAM fruit AS TEXT LIKE "fig" DESCRIPTION "Which fruit" OPTIONAL
PARAM count AS INTEGER DEFAULT 1
PARAM size AS "small", "large" DEFAULT "small"
PARAM mode OPTIONAL ENUM ["fast", "exact"]
PARAM day AS DATE OPTIONAL
PARAM gift AS BOOLEAN OPTIONAL
PARAM mail AS EMAIL OPTIONAL
PARAM price AS MONEY OPTIONAL
PARAM items AS LIST OPTIONAL
PARAM extra AS OBJECT OPTIONAL
RETURN {fruit: fruit, count: count, size: size, mode: mode, day: day, gift: gift, mail: mail, price: price, items: items, extra: extra}
