// The chat page: shows a conversation and keeps it complete over lost connections.
//
// The server numbers every message of the conversation; the page asks for those after the last one it has. What is
// written here gets an id of its own and is sent until the server shows it back, so it counts once.

const bot = decodeURIComponent(location.pathname.split("/").filter(Boolean).pop());
const contact = remembered("tasktalk.contact", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
});

const log = document.getElementById("log");
const state = document.getElementById("state");
const typing = document.getElementById("typing");
const choices = document.getElementById("suggestions");
const entry = document.getElementById("entry");
const text = document.getElementById("text");

const BULLETS = "••••••••"; // what is shown of a password
const unsent = new Map(); // message id -> { text, element, isSecret } of what the server has not shown back yet
let last = 0; // the sequence number of the newest message that is shown
let lastDay = "";
let socket = null;
let pause = 500; // milliseconds until the next try to connect

document.title = bot;
document.getElementById("name").textContent = bot;
document.getElementById("face").textContent = bot.slice(0, 1).toUpperCase();

function remembered(key, make) {
  try {
    const known = localStorage.getItem(key) ?? make();
    localStorage.setItem(key, known);
    return known;
  } catch {
    return make(); // a browser that keeps nothing still talks, as somebody new each time
  }
}

// ---- the connection ----

function connect() {
  const url = new URL(`/chat/${encodeURIComponent(bot)}/socket`, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(url);
  socket.addEventListener("open", () => send({ type: "hello", contact, after: last }));
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    tell("connecting…", true);
    typing.hidden = true;
    setTimeout(connect, pause + Math.random() * 300);
    pause = Math.min(pause * 2, 10_000);
  });
}

function send(what) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

function receive(what) {
  if (what.type === "welcome") {
    pause = 500;
    tell("online", false);
    for (const [id, { text }] of unsent) send({ type: "say", id, text });
  } else if (what.type === "message") {
    show(what);
  } else if (what.type === "typing") {
    typing.hidden = !what.is_typing;
    follow();
  } else if (what.type === "error") {
    refuse(what);
  }
}

function tell(what, isAway) {
  state.textContent = what;
  state.classList.toggle("away", isAway);
}

// ---- messages ----

function show(message) {
  if (message.sequence <= last) return;
  last = message.sequence;
  const isHere = message.direction === "in";
  if (isHere) choices.replaceChildren();
  if (isHere && !message.text) return; // the opening of the page, which nobody wrote
  day(new Date(message.at));
  const written = isHere && unsent.get(message.id);
  if (written) written.element.remove();
  unsent.delete(message.id);
  place(bubble(message.direction, written?.isSecret ? BULLETS : message.text, new Date(message.at)));
  text.classList.toggle("secret", !isHere && message.is_secret);
  if (!isHere) suggest(message.suggestions ?? []);
  for (const { element } of unsent.values()) log.append(element); // what is still on its way stays below
  follow();
}

function bubble(direction, said, at) {
  const item = document.createElement("li");
  item.className = `message ${direction}`;
  const words = document.createElement("p");
  words.className = "text";
  words.append(...linked(said || "\u00a0"));
  const time = document.createElement("time");
  time.dateTime = at.toISOString();
  time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  item.append(words, time);
  return item;
}

function place(item) {
  const before = log.querySelector(":scope > .message:last-child");
  if (before) {
    const [earlier, later] = [before, item].map((message) => Date.parse(message.querySelector("time").dateTime));
    before.classList.toggle("followed", later - earlier < 120_000); // the time stands under the last of a few
    item.classList.toggle("turns", before.classList.contains("in") !== item.classList.contains("in"));
  }
  log.append(item);
}

function linked(said) {
  return said.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, i) => {
    if (i % 2 === 0) return part;
    const link = document.createElement("a");
    link.href = part;
    link.rel = "noopener noreferrer";
    link.target = "_blank";
    link.textContent = part;
    return link;
  });
}

function day(at) {
  const name = at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  if (name === lastDay) return;
  lastDay = name;
  const line = document.createElement("li");
  line.className = "day";
  line.textContent = name;
  log.append(line);
}

function suggest(suggestions) {
  choices.replaceChildren(
    ...suggestions.map(({ label, value }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        say(value);
        text.focus();
      });
      return button;
    }),
  );
}

function follow() {
  log.scrollTop = log.scrollHeight;
}

function refuse({ id, message }) {
  const written = unsent.get(id);
  if (written) {
    written.element.remove();
    unsent.delete(id);
    if (!text.value) text.value = written.text;
  }
  const line = document.createElement("li");
  line.className = "note";
  line.textContent = message;
  log.append(line);
  follow();
}

// ---- what the person writes ----

function say(what) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
  const isSecret = text.classList.contains("secret");
  const element = bubble("in", isSecret ? BULLETS : what, new Date());
  element.classList.add("unsent");
  unsent.set(id, { text: what, element, isSecret });
  choices.replaceChildren();
  place(element);
  follow();
  send({ type: "say", id, text: what });
}

entry.addEventListener("submit", (event) => {
  event.preventDefault();
  const what = text.value.trim();
  if (what) say(what);
  text.value = "";
  grow();
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    entry.requestSubmit();
  }
});

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  text.rows = Math.min(6, text.value.split("\n").length);
}

text.addEventListener("input", grow);
text.focus();
connect();
