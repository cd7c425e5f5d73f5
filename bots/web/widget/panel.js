// What the button of widget.js opens: a talk with a bot, on a page of anybody's. What is shown comes by talk.js.

import { Talk, contactOf } from "./talk.js";
import { Tray } from "./tray.js";
import { Follower } from "./follow.js";
import { fileOf, linkTo } from "./files.js";
import { WORDS } from "./words.js";
import { AROUND, WITHIN } from "./panel-style.js";

const BULLETS = "••••••••"; // what is shown of a password
const LONGEST = 8_000;
export class Panel {
  isOpen = false;
  #base;
  #words;
  #panel = element("section", "panel");
  #state = element("p", "state");
  #closed;
  #chat = null;
  #talk;
  #tray;
  #follower;
  #own = new Map(); // message id -> what is said on this page and not shown back yet
  #hasSecret = false; // the bot asked for something that nobody is to see
  #begun = null;
  #tries = 0;

  constructor({ base, bot, title, language, root, isAtStart, closed }) {
    this.#base = base;
    this.#closed = closed;
    this.#words = WORDS[language];
    const { close, connecting, online, writing, away } = this.#words;
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
      online: (files) => {
        this.#tell(online);
        this.#tray.allow(files);
      },
      away: () => this.#tell(connecting),
      typing: (is) => this.#tell(is ? writing : online),
      message: (message) => this.#show(message),
      problem: ({ id, code, message }) => this.#problem(this.#words[code] ?? message, this.#own.get(id)),
      refused: ({ code, message }) => {
        console.error(`TaskTalk: ${message}`); // for whoever made the page; its visitors can do nothing about it
        this.#tell(away);
        this.#tray.allow(null);
        this.#problem(this.#words[code] ?? this.#words.unavailable);
      },
    });
    this.#tray = new Tray({
      language,
      upload: (file, told) => this.#talk.upload(file, told),
      chosen: () => this.#input.focus(),
      changed: () => this.#maySend(),
    });
    this.#tray.listen(this.#panel);
  }

  // With `isAsked` somebody wants to write now. Fails where a part of the panel cannot be loaded, and is closed then.
  async open(isAsked) {
    this.#panel.hidden = false;
    this.isOpen = true;
    try {
      await (this.#begun ??= this.#begin());
    } catch (problem) {
      this.#begun = null;
      this.#panel.hidden = true;
      this.isOpen = false;
      throw problem;
    }
    if (isAsked && this.isOpen) this.#input.focus();
  }

  close() {
    this.#panel.hidden = true;
    this.isOpen = false;
    this.#closed();
  }

  async #begin() {
    this.#tell(this.#words.connecting);
    // A browser asks but once for what could not be loaded, by the same address.
    if (!customElements.get("deep-chat")) await import(`./deepChat.bundle.js${this.#tries++ ? `?${this.#tries}` : ""}`);
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
    this.#place(chat.shadowRoot);
    this.#listen(chat.shadowRoot);
    this.#follower = new Follower(chat.shadowRoot.getElementById("messages"));
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

  // Not deep-chat's own files, which go along with a message of its own and have no progress before that.
  #place(root) {
    root.getElementById("input").before(this.#tray.element);
    root.getElementById("text-input-container").append(this.#tray.button);
  }

  // deep-chat lets its button send where there is text; files alone are a message, too.
  #maySend() {
    if (this.#input.textContent.trim()) return;
    const button = this.#chat.shadowRoot.querySelector("#input .input-button");
    button.classList.toggle("disabled-button", this.#tray.isEmpty);
    button.setAttribute("aria-disabled", String(this.#tray.isEmpty));
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
    this.#tray.send((files) => {
      const text = [...this.#input.innerText.trim()].slice(0, LONGEST).join(""); // by characters, of which none is cut
      this.#input.textContent = "";
      this.#input.dispatchEvent(new Event("input"));
      if (text || files.length) this.#say(text, files);
    });
  }

  #say(text, files = []) {
    this.#withdraw();
    const shown = this.#hasSecret ? BULLETS : text;
    this.#add({ text: shown, files }, "user");
    this.#own.set(this.#talk.say(text, files), [shown, ...files.map(({ name }) => name)].filter(Boolean).join(", "));
  }

  // ---- what comes ----

  #show(message) {
    this.#withdraw();
    const isHere = message.direction === "in";
    const isOpening = !message.text && !message.files.length;
    const isShown = isHere && (isOpening || this.#own.delete(message.id));
    if (!isShown) this.#add(message, isHere ? "user" : "ai");
    this.#hasSecret = !isHere && message.is_secret;
    this.#input.style.webkitTextSecurity = this.#hasSecret ? "disc" : "none";
  }

  #add(message, role) {
    const { isFollowing } = this.#follower;
    this.#chat.addMessage({ html: bubble(message, this.#base), role });
    const item = [...this.#chat.shadowRoot.querySelectorAll(".message-bubble")].at(-1);
    if (role === "user") setTimeout(() => this.#follower.go()); // deep-chat itself scrolls as late as that
    else if (isFollowing) setTimeout(() => this.#follower.show(item));
  }

  #withdraw() {
    for (const answers of this.#chat.shadowRoot.querySelectorAll(".answers")) answers.remove();
  }

  #problem(message, text) {
    this.#add({ text: text ? `${message} (${text})` : message }, "note");
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
  whole.append(...files.map((file) => fileOf(file, base)));
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
  return said.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, i) => (i % 2 === 0 ? part : linkTo(part, part)));
}
