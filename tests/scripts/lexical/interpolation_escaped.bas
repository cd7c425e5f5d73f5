TALK "\${x} {x} {{x}}"                ' bot: ${x} {x} {{x}}
