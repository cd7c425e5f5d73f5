// What people read on the chat page and in the widget's panel, in the languages that both speak.

// The last ones of each stand for what the server refuses, by its code.
export const WORDS = {
  de: {
    close: "Chat schließen", write: "Nachricht schreiben", send: "Senden", connecting: "verbindet …", online: "verbunden",
    writing: "schreibt …", away: "nicht verbunden", messages: "Nachrichten",
    all: "alle Bots", yours: "Deine Nachricht", answers: "Vorgeschlagene Antworten",
    unavailable: "Dieser Chat ist nicht zu erreichen.", permission_denied: "Auf dieser Seite ist der Chat nicht freigegeben.",
    bot_not_found: "Diesen Chat gibt es nicht mehr.", rate_limit_exceeded: "Das war zu viel auf einmal: bitte etwas warten.",
    file_gone: "Die Datei ist nicht mehr da: bitte noch einmal hinzufügen.",
  },
  en: {
    close: "Close the chat", write: "Write a message", send: "Send", connecting: "connecting…", online: "online",
    writing: "writing…", away: "not connected", messages: "Messages",
    all: "all bots", yours: "Your message", answers: "Suggested answers",
    unavailable: "This chat cannot be reached.", permission_denied: "This site may not show this chat.",
    bot_not_found: "This chat is not there any more.", rate_limit_exceeded: "That was too much at once: please wait a little.",
    file_gone: "The file is not there any more: please add it once more.",
  },
  es: {
    close: "Cerrar el chat", write: "Escribe un mensaje", send: "Enviar", connecting: "conectando…", online: "en línea",
    writing: "escribiendo…", away: "sin conexión", messages: "Mensajes",
    all: "todos los bots", yours: "Tu mensaje", answers: "Respuestas sugeridas",
    unavailable: "No se puede acceder a este chat.", permission_denied: "Este sitio no puede mostrar este chat.",
    bot_not_found: "Este chat ya no existe.", rate_limit_exceeded: "Ha sido demasiado de una vez: espera un poco.",
    file_gone: "El archivo ya no está: añádelo otra vez.",
  },
  fr: {
    close: "Fermer la discussion", write: "Écrire un message", send: "Envoyer", connecting: "connexion…", online: "en ligne",
    writing: "écrit…", away: "non connecté", messages: "Messages",
    all: "tous les bots", yours: "Votre message", answers: "Réponses proposées",
    unavailable: "Cette discussion est inaccessible.", permission_denied: "Ce site n’a pas le droit d’afficher cette discussion.",
    bot_not_found: "Cette discussion n’existe plus.", rate_limit_exceeded: "C’était trop à la fois : patientez un peu.",
    file_gone: "Le fichier n’est plus là : ajoutez-le encore une fois.",
  },
  pt: {
    close: "Fechar a conversa", write: "Escreva uma mensagem", send: "Enviar", connecting: "conectando…", online: "on-line",
    writing: "escrevendo…", away: "sem conexão", messages: "Mensagens",
    all: "todos os bots", yours: "Sua mensagem", answers: "Respostas sugeridas",
    unavailable: "Esta conversa não está acessível.", permission_denied: "Este site não pode mostrar esta conversa.",
    bot_not_found: "Esta conversa não existe mais.", rate_limit_exceeded: "Foi demais de uma vez: espere um pouco.",
    file_gone: "O arquivo não está mais aqui: adicione-o de novo.",
  },
};

// The first language of those that somebody wishes which is spoken here.
export function languageOf(wished) {
  const known = wished.map((each) => each.toLowerCase().split("-")[0]);
  return known.find((each) => Object.hasOwn(WORDS, each)) ?? "en";
}
