// A bot on any page, by one tag: <script src="https://bots.example.com/widget.js" data-bot="helper"></script>
//
// Puts a button into the page's corner. What it opens (panel.js) is loaded when it is opened, and nobody talks before.
(() => {
  "use strict";

  const tag = document.currentScript ?? document.querySelector('script[data-bot][src$="/widget.js"]');
  const base = new URL(".", tag.src).href; // below a path of a proxy, too
  const given = tag.dataset;
  const OPENED = `tasktalk.open:${base}${given.bot}`;

  const STYLE = `
    :host { all: initial; --accent: #2f6f5e; --accent-ink: #fff; }
    @media (prefers-color-scheme: dark) { :host { --accent: #62b49c; --accent-ink: #0d1512; } }
    .opener { position: fixed; bottom: 1.25rem; inset-inline-end: 1.25rem; z-index: 2147483000; width: 3.5rem; height: 3.5rem; padding: 0;
      border: 0; border-radius: 50%; display: grid; place-items: center; cursor: pointer; background: var(--accent); color: var(--accent-ink);
      box-shadow: 0 4px 18px rgb(0 0 0 / .28); }
    .opener.start { inset-inline: 1.25rem auto; }
    .opener:hover { filter: brightness(1.08); }
    .opener:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    .opener svg { width: 1.7rem; height: 1.7rem; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
    @media (forced-colors: active) { .opener { border: 1px solid; } }
  `;
  const WORDS = {
    de: "Chat mit {} öffnen",
    en: "Open the chat with {}",
    es: "Abrir el chat con {}",
    fr: "Ouvrir la discussion avec {}",
    pt: "Abrir a conversa com {}",
  };

  function begin() {
    const wished = [given.language, document.documentElement.lang, navigator.language, "en"];
    const language = wished.map((each) => (each ?? "").toLowerCase().split("-")[0]).find((each) => each in WORDS);
    const title = given.title || given.bot;
    const place = document.createElement("div");
    const root = place.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a page's rules for inline styles do not concern it
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    if (given.color && CSS.supports("color", given.color)) {
      place.style.setProperty("--accent", given.color);
      place.style.setProperty("--accent-ink", inkOn(given.color));
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = given.position === "left" ? "opener start" : "opener";
    button.setAttribute("aria-label", WORDS[language].replace("{}", title));
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.append(picture());
    root.append(button);
    document.body.append(place);

    let panel = null;
    const remember = (isOpen) => {
      try {
        sessionStorage.setItem(OPENED, isOpen ? "yes" : "no");
      } catch {
        // then the next page begins closed
      }
    };
    const isAtStart = given.position === "left";
    const make = ({ Panel }) => new Panel({ base, bot: given.bot, title, language, root, isAtStart, closed });
    const show = async (isAsked) => {
      panel ??= import(`${base}web/panel.js`).then(make);
      try {
        await (await panel).open(isAsked);
      } catch (problem) {
        panel = null;
        console.error(`TaskTalk: the chat with ${given.bot} cannot be opened.`, problem);
        return;
      }
      button.setAttribute("aria-expanded", "true");
      remember(true);
    };
    const closed = () => {
      button.setAttribute("aria-expanded", "false");
      remember(false);
      button.focus();
    };
    button.addEventListener("click", async () => {
      const opened = await panel;
      if (opened?.isOpen) opened.close();
      else show(true);
    });
    if (wasOpen() ?? ("open" in given && given.open !== "false")) show(false);
  }

  function wasOpen() {
    try {
      const kept = sessionStorage.getItem(OPENED);
      return kept === null ? null : kept === "yes";
    } catch {
      return null;
    }
  }

  // Black or white, whichever is read more easily on a colour.
  function inkOn(color) {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
  }

  function picture() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", "M4 5h16v11H10l-4 4v-4H4z");
    svg.append(line);
    return svg;
  }

  if (!given.bot) console.error('TaskTalk: the tag of widget.js needs a bot, such as data-bot="helper".');
  else if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin, { once: true });
})();
