// A bot on any page, by one tag: <script src="https://bots.example.com/widget.js" data-bot="helper"></script>
//
// Puts a button into the page's corner. What it opens (panel.js) is loaded when it is opened, and nobody talks before.
(() => {
  "use strict";

  const tag = own();
  if (!tag) {
    console.error(
      "TaskTalk: widget.js does not find its tag, or that has no bot. It has to stand on the page such as " +
        '<script src="https://bots.example.com/widget.js" data-bot="helper"></script>',
    );
    return;
  }
  tag.dataset.begun = ""; // of several tags each is one bot's
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
    .broken { position: fixed; bottom: 5.75rem; inset-inline-end: 1.25rem; z-index: 2147483001; box-sizing: border-box; max-width: min(20rem, calc(100vw - 2.5rem));
      padding: .8rem 1rem; border: 1px solid #8888; border-radius: 14px; background: Canvas; color: CanvasText; color-scheme: light dark;
      box-shadow: 0 4px 18px rgb(0 0 0 / .28); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
    .broken.start { inset-inline: 1.25rem auto; }
    .broken a { color: LinkText; }
    @media (forced-colors: active) { .opener { border: 1px solid; } }
  `;
  const WORDS = {
    de: { open: "Chat mit {} öffnen", broken: "Der Chat kann hier nicht gezeigt werden.", page: "Auf eigener Seite öffnen" },
    en: { open: "Open the chat with {}", broken: "The chat cannot be shown here.", page: "Open it on its own page" },
    es: { open: "Abrir el chat con {}", broken: "El chat no se puede mostrar aquí.", page: "Abrirlo en su propia página" },
    fr: { open: "Ouvrir la discussion avec {}", broken: "La discussion ne peut pas s’afficher ici.", page: "L’ouvrir sur sa propre page" },
    pt: { open: "Abrir a conversa com {}", broken: "A conversa não pode ser mostrada aqui.", page: "Abrir na própria página" },
  };

  // Which values an attribute may have, and what whoever made the page is told of others.
  const RULES = {
    color: { allows: (said) => CSS.supports("color", said), otherwise: "it is no colour as CSS writes colours, such as #2f6f5e or teal" },
    position: { allows: (said) => ["left", "right"].includes(said), otherwise: "it can be left or right" },
    language: { allows: spoken, otherwise: `there are ${Object.keys(WORDS).join(", ")}` },
  };

  // The language that is meant, if it is spoken here.
  function spoken(wished) {
    const language = (wished ?? "").toLowerCase().split("-")[0];
    return Object.hasOwn(WORDS, language) ? language : null;
  }

  // The tag by which this was loaded. A module does not know its own, and some programs that put scripts into pages take
  // the attributes off or copy what is in a script: then it is the first with a bot that nobody has taken.
  function own() {
    const isOne = (each) => each?.src && each.dataset?.bot && !("begun" in each.dataset);
    if (isOne(document.currentScript)) return document.currentScript;
    return [...document.querySelectorAll("script[src][data-bot]")].find(
      (each) => isOne(each) && new URL(each.src).pathname.endsWith("/widget.js"),
    );
  }

  function begin() {
    const language = [given.language, document.documentElement.lang, navigator.language, "en"].map(spoken).find(Boolean);
    const words = WORDS[language];
    for (const [name, { allows, otherwise }] of Object.entries(RULES)) {
      if (given[name] && !allows(given[name])) console.warn(`TaskTalk: data-${name}="${given[name]}" is passed over: ${otherwise}.`);
    }
    const title = given.title || given.bot;
    const place = document.createElement("div");
    const root = place.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a page's rules for inline styles do not concern it
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    if (given.color && RULES.color.allows(given.color)) {
      place.style.setProperty("--accent", given.color);
      place.style.setProperty("--accent-ink", inkOn(given.color));
    }
    const button = document.createElement("button");
    button.type = "button";
    const isAtStart = given.position === "left";
    button.className = isAtStart ? "opener start" : "opener";
    button.setAttribute("aria-label", words.open.replace("{}", () => title));
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.append(picture());
    root.append(button);
    document.body.append(place);

    // What the visitor sees where the rest cannot be loaded.
    const broken = document.createElement("p");
    broken.className = isAtStart ? "broken start" : "broken";
    broken.setAttribute("role", "alert");
    const page = document.createElement("a");
    page.href = `${base}chat/${encodeURIComponent(given.bot)}`;
    page.target = "_blank";
    page.rel = "noopener noreferrer";
    page.textContent = words.page;

    let panel = null;
    let tries = 0;
    const remember = (isOpen) => {
      try {
        sessionStorage.setItem(OPENED, isOpen ? "yes" : "no");
      } catch {
        // then the next page begins closed
      }
    };
    const make = ({ Panel }) => new Panel({ base, bot: given.bot, title, language, root, isAtStart, closed });
    const show = async (isAsked) => {
      broken.remove();
      // A browser asks but once for what could not be loaded, by the same address.
      panel ??= import(`${base}web/panel.js${tries++ ? `?${tries}` : ""}`).then(make).catch((problem) => {
        panel = null;
        throw problem;
      });
      let opened;
      try {
        opened = await panel;
        await opened.open(isAsked);
      } catch (problem) {
        console.error(`TaskTalk: the chat with ${given.bot} cannot be opened.`, problem);
        root.append(broken);
        broken.lang = language;
        broken.replaceChildren(words.broken, " ", page);
        return;
      }
      if (!opened.isOpen) return; // closed again while it came
      button.setAttribute("aria-expanded", "true");
      remember(true);
    };
    const closed = () => {
      button.setAttribute("aria-expanded", "false");
      remember(false);
      button.focus();
    };
    button.addEventListener("click", async () => {
      const opened = await panel?.catch(() => null);
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

  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin, { once: true });
})();
