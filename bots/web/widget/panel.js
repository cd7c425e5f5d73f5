// What the button of widget.js opens: a talk with a bot, on a page of anybody's. What is shown comes by talk.js.

import { Talk, contactOf } from "./talk.js";
import { AROUND, WITHIN } from "./panel-style.js";

const BULLETS = "••••••••"; // what is shown of a password
const LONGEST = 8_000;
const WORDS = {
  de: ["Chat schließen", "Nachricht schreiben", "Senden", "verbindet …", "verbunden", "schreibt …", "nicht verbunden", "Nachrichten"],
  en: ["Close the chat", "Write a message", "Send", "connecting…", "online", "writing…", "not connected", "Messages"],
  es: ["Cerrar el chat", "Escribe un mensaje", "Enviar", "conectando…", "en línea", "escribiendo…", "sin conexión", "Mensajes"],
  fr: ["Fermer la discussion", "Écrire un message", "Envoyer", "connexion…", "en ligne", "écrit…", "non connecté", "Messages"],
  pt: ["Fechar a conversa", "Escreva uma mensagem", "Enviar", "conectando…", "on-line", "escrevendo…", "sem conexão", "Mensagens"],
};

export class Panel {
  isOpen = false;
  #base;
  #words;
  #panel = element("section", "panel");
  #state = element("p", "state");
  #closed;
  #chat = null;
  #talk;
  #own = new Map(); // message id -> what is said on this page and not shown back yet
  #hasSecret = false; // the bot asked for something that nobody is to see
  #begun = null;

  constructor({ base, bot, title, language, root, isAtStart, closed }) {
    this.#base = base;
    this.#closed = closed;
    const [close, write, send, connecting, online, writing, away, messages] = WORDS[language];
    this.#words = { close, write, send, connecting, online, writing, away, messages };
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(AROUND);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

    const heading = element("h2", "title", title);
    heading.id = "title";
    const closing = element("button", "close", "×");
    closing.type = "button";
    closing.setAttribute("aria-label", close);
    closing.addEventListener("click", () => this.close());
    const who = element("div", "who");
    this.#state.setAttribute("role", "status");
    who.append(heading, this.#state);
    const top = element("header", "top");
    top.append(who, closing);
    this.#panel.classList.toggle("start", isAtStart);
    this.#panel.setAttribute("role", "dialog");
    this.#panel.setAttribute("aria-labelledby", "title");
    this.#panel.lang = language;
    this.#panel.hidden = true;
    this.#panel.append(top);
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      this.close();
    });
    root.prepend(this.#panel);

    this.#talk = new Talk(`${base}chat/${encodeURIComponent(bot)}`, contactOf(`tasktalk.contact:${base}`), {
      online: () => this.#tell(online),
      away: () => this.#tell(connecting),
      typing: (is) => this.#tell(is ? writing : online),
      message: (message) => this.#show(message),
      problem: ({ id, message }) => this.#problem(message, this.#own.get(id)),
      refused: (message) => {
        console.error(`TaskTalk: ${message}`);
        this.#tell(away);
        this.#problem(message);
      },
    });
  }

  // With `isAsked` somebody wants to write now.
  async open(isAsked) {
    this.#panel.hidden = false;
    this.isOpen = true;
    await (this.#begun ??= this.#begin());
    if (isAsked) this.#input.focus();
  }

  close() {
    this.#panel.hidden = true;
    this.isOpen = false;
    this.#closed();
  }

  async #begin() {
    this.#tell(this.#words.connecting);
    if (!customElements.get("deep-chat")) await import("./deepChat.bundle.js");
    const chat = document.createElement("deep-chat");
    const rendered = new Promise((done) => {
      chat.onComponentRender = done;
    });
    // A family of fonts of its own keeps it from asking Google for one.
    Object.assign(chat.style, { width: "100%", height: "100%", border: "0px", fontFamily: "inherit", fontSize: "1rem" });
    chat.style.backgroundColor = "transparent";
    Object.assign(chat, {
      auxiliaryStyle: WITHIN,
      textInput: { placeholder: { text: this.#words.write }, characterLimit: LONGEST },
      connect: { websocket: true, handler: (_, signals) => signals.onOpen() },
    });
    this.#panel.append(chat);
    await rendered;
    // On a slow machine it is made twice, and what was done to the first is gone.
    while (chat._waitingToRender_) await new Promise((done) => setTimeout(done));
    this.#chat = chat;
    this.#name();
    this.#listen(chat.shadowRoot);
    const unshown = ({ target }) => target.matches?.("img.picture") && target.remove(); // its link stays
    chat.shadowRoot.addEventListener("error", unshown, true);
    this.#talk.start();
  }

  // What the people hear who do not see the panel.
  #name() {
    const log = this.#chat.shadowRoot.getElementById("messages");
    log.setAttribute("role", "log");
    log.setAttribute("aria-live", "polite");
    log.setAttribute("aria-label", this.#words.messages);
    log.tabIndex = 0;
    this.#input.setAttribute("aria-label", this.#words.write);
    this.#input.setAttribute("aria-multiline", "true");
    this.#input.tabIndex = 0;
    const buttons = this.#chat.shadowRoot.querySelectorAll("#input [role=button]");
    for (const button of buttons) button.setAttribute("aria-label", this.#words.send);
  }

  get #input() {
    return this.#chat.shadowRoot.getElementById("text-input");
  }

  #tell(what) {
    this.#state.textContent = what;
  }

  // ---- what the person says ----

  // Not deep-chat's own way of sending, which shows what is written as Markdown, and passwords as they are.
  #listen(root) {
    const taken = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const pressed = (event) => {
      const target = event.target.closest?.("button.answer, .input-button, #text-input");
      if (!target) return;
      if (target.id === "text-input") {
        const isSending = event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.isComposing;
        if (!isSending || matchMedia("(pointer: coarse)").matches) return; // there, Enter begins a line, and a button sends
        taken(event);
        this.#send();
      } else if (event.type === "click" || event.key === "Enter" || event.key === " ") {
        taken(event);
        if (target.matches(".answer")) this.#say(target.value);
        else this.#send();
        this.#input.focus();
      }
    };
    root.addEventListener("keydown", pressed, true);
    root.addEventListener("click", (event) => event.target.closest?.("#text-input") || pressed(event), true);
  }

  #send() {
    const text = this.#input.innerText.trim().slice(0, LONGEST);
    this.#input.textContent = "";
    this.#input.dispatchEvent(new Event("input"));
    if (text) this.#say(text);
  }

  #say(text) {
    this.#withdraw();
    const shown = this.#hasSecret ? BULLETS : text;
    this.#chat.addMessage({ html: bubble({ text: shown }, this.#base), role: "user" });
    this.#own.set(this.#talk.say(text), shown);
  }

  // ---- what comes ----

  #show(message) {
    this.#withdraw();
    const isHere = message.direction === "in";
    const isShown = isHere && (!message.text || this.#own.delete(message.id)); // the opening, and what is there already
    if (!isShown) this.#chat.addMessage({ html: bubble(message, this.#base), role: isHere ? "user" : "ai" });
    this.#hasSecret = !isHere && message.is_secret;
    this.#input.style.webkitTextSecurity = this.#hasSecret ? "disc" : "none";
    this.#chat.scrollToBottom();
  }

  #withdraw() {
    for (const answers of this.#chat.shadowRoot.querySelectorAll(".answers")) answers.remove();
  }

  #problem(message, text) {
    this.#chat.addMessage({ html: bubble({ text: text ? `${message} (${text})` : message }, this.#base), role: "note" });
  }
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// A message as HTML: what is said stays text, whatever is in it.
function bubble({ text, files = [], suggestions = [] }, base) {
  const whole = element("div", "whole");
  if (text) {
    const words = element("div", "words");
    words.append(...linked(text));
    whole.append(words);
  }
  for (const { kind, url } of files) {
    const link = linkTo(url, base);
    if (kind === "image" && link.href) {
      const picture = element("img", "picture");
      picture.src = link.href;
      picture.alt = "";
      link.prepend(picture);
    }
    whole.append(link);
  }
  if (suggestions.length) {
    const answers = element("div", "answers");
    for (const { label, value } of suggestions) {
      const answer = element("button", "answer", label);
      answer.type = "button";
      answer.value = value;
      answer.setAttribute("value", value);
      answers.append(answer);
    }
    whole.append(answers);
  }
  return whole.outerHTML;
}

function linked(said) {
  return said.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, i) => (i % 2 === 0 ? part : linkTo(part)));
}

function linkTo(address, base) {
  const link = element("a", "link", "");
  link.append(element("span", "address", address));
  try {
    const url = new URL(address, base);
    if (!["http:", "https:"].includes(url.protocol)) return link;
    link.href = url.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  } catch {
    // no address: it stays text
  }
  return link;
}
