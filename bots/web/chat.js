// The chat page: shows a conversation. What is shown comes by talk.js.

import { Talk, contactOf } from "./talk.js";
import { Tray } from "./tray.js";
import { Follower } from "./follow.js";
import { fileOf, linkTo } from "./files.js";
import { WORDS, languageOf } from "./words.js";

const path = location.pathname.replace(/\/+$/, "");
const bot = decodeURIComponent(path.split("/").pop());

const log = document.getElementById("log");
const state = document.getElementById("state");
const typing = document.getElementById("typing");
const choices = document.getElementById("suggestions");
const entry = document.getElementById("entry");
const text = document.getElementById("text");

const BULLETS = "••••••••"; // what is shown of a password
const unsent = new Map(); // message id -> { text, element, isSecret } of what the server has not shown back yet
const language = languageOf(navigator.languages);
const words = WORDS[language];
const follower = new Follower(log);
let lastDay = "";

document.documentElement.lang = language;
for (const each of document.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
for (const each of document.querySelectorAll("[data-label]")) each.ariaLabel = words[each.dataset.label];
text.placeholder = words.write;

document.title = bot;
document.getElementById("name").textContent = bot;
document.getElementById("face").textContent = bot.slice(0, 1).toUpperCase();

// ---- the connection ----

const talk = new Talk(location.origin + path, contactOf("tasktalk.contact"), {
  online: (files) => {
    tell(words.online, false);
    tray.allow(files);
  },
  away: () => {
    tell(words.connecting, true);
    typing.hidden = true;
  },
  message: show,
  typing: (is) => {
    typing.hidden = !is;
  },
  problem: refuse,
  refused: (problem) => {
    tell(words.away, true);
    tray.allow(null);
    refuse(problem);
  },
});
const tray = new Tray({
  language,
  upload: (file, told) => talk.upload(file, told),
  chosen: () => text.focus(),
});
document.getElementById("send").before(tray.button);
entry.before(tray.element);
tray.listen(document.body);

function tell(what, isAway) {
  state.textContent = what;
  state.classList.toggle("away", isAway);
}

// ---- messages ----

function show(message) {
  const isHere = message.direction === "in";
  if (isHere) choices.replaceChildren();
  if (isHere && !message.text && !message.files.length) return; // the opening of the page, which nobody wrote
  day(new Date(message.at));
  const written = isHere && unsent.get(message.id);
  if (written) written.element.remove();
  unsent.delete(message.id);
  const item = bubble(message.direction, written?.isSecret ? BULLETS : message.text, new Date(message.at), message.files);
  place(item);
  text.classList.toggle("secret", !isHere && message.is_secret);
  if (!isHere) suggest(message.suggestions ?? []);
  for (const { element } of unsent.values()) log.append(element); // what is still on its way stays below
  if (follower.isFollowing) follower.show(item);
}

function bubble(direction, said, at, files = []) {
  const item = document.createElement("li");
  item.className = `message ${direction}`;
  const shown = document.createElement("p");
  shown.className = "text";
  shown.append(...linked(said || (files.length ? "" : "\u00a0")), ...files.map((file) => fileOf(file, location.href, isOurs)));
  const time = document.createElement("time");
  time.dateTime = at.toISOString();
  time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  item.append(shown, time);
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
    return i % 2 === 0 ? part : linkTo(part, part);
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
  choices.scrollTop = 0;
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

// The page's own rules allow no pictures of others.
function isOurs(link) {
  return link.origin === location.origin;
}

function refuse({ id, code, message }) {
  const written = unsent.get(id);
  if (written) {
    written.element.remove();
    unsent.delete(id);
    if (!text.value) text.value = written.text;
  }
  const line = document.createElement("li");
  line.className = "note";
  line.textContent = language === "en" ? message : (words[code] ?? message); // the server's own English says more
  log.append(line);
  if (follower.isFollowing) follower.show(line);
}

// ---- what the person writes ----

function say(what, files = []) {
  const isSecret = text.classList.contains("secret");
  const element = bubble("in", isSecret ? BULLETS : what, new Date(), files);
  element.classList.add("unsent");
  choices.replaceChildren();
  place(element);
  follower.go();
  unsent.set(talk.say(what, files), { text: what, element, isSecret });
}

entry.addEventListener("submit", (event) => {
  event.preventDefault();
  text.focus();
  tray.send((files) => {
    const what = text.value.trim();
    if (what || files.length) say(what, files);
    text.value = "";
    grow();
  });
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
talk.start();
