TALK TEMPLATE("Hi {{name}}, {x}", {name: "Ana"})     ' bot: Hi Ana, {x}
