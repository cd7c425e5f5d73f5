// A page's line to its bot, complete over lost connections: by a WebSocket, or, where none can pass, by a stream of
// events and POSTs.
//
// The server numbers every message of the conversation; the page asks for those after the last one it has. What is
// said here gets an id of its own and is sent until the server shows it back, so it counts once.

const PATIENCE = 8_000; // milliseconds until the server has to have greeted
const SILENCE = 45_000; // after this the server, which says something every 15 seconds, is taken for gone
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

// The secret by which this browser is known: whoever has it reads along.
export function contactOf(key) {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const fresh = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  try {
    const known = localStorage.getItem(key) ?? fresh;
    localStorage.setItem(key, known);
    return known;
  } catch {
    return fresh; // a browser that keeps nothing still talks, as somebody new each time
  }
}

export class Talk {
  #address;
  #contact;
  #page;
  #last = 0; // the sequence number of the newest message that the page has
  #unsent = new Map(); // message id -> text of what the server has not shown back yet
  #send = null; // brings out one message while the line stands
  #socketsFail = false;
  #pause = FIRST_PAUSE;
  #isOver = false;

  // `address` is that of /chat/BOT; the page has `online`, `away`, `message`, `typing`, `problem` and `refused`.
  constructor(address, contact, page) {
    this.#address = address;
    this.#contact = contact;
    this.#page = page;
  }

  say(text) {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
    this.#unsent.set(id, text);
    this.#send?.(id, text);
    return id;
  }

  async start() {
    while (!this.#isOver) {
      const hasTalked = (!this.#socketsFail && (await this.#bySocket())) || (await this.#byEvents());
      this.#send = null;
      if (this.#isOver) return;
      this.#page.away();
      await sleep(this.#pause + Math.random() * 300);
      if (!hasTalked) this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
  }

  // ---- the two ways; each is over when the connection is, and tells whether the server had greeted ----

  #bySocket() {
    return new Promise((done) => {
      let isGreeted = false;
      const socket = socketTo(`${this.#address}/socket`);
      if (!socket) return done(false);
      const end = () => {
        clearTimeout(waiting);
        done(isGreeted);
      };
      const waiting = setTimeout(() => {
        socket.close();
        end();
      }, PATIENCE);
      const put = (what) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(what));
      socket.addEventListener("open", () => put({ type: "hello", contact: this.#contact, after: this.#last }));
      socket.addEventListener("close", end);
      socket.addEventListener("message", (event) => {
        const frame = JSON.parse(event.data);
        if (frame.type === "welcome") {
          isGreeted = true;
          clearTimeout(waiting);
          this.#greeted((id, text) => put({ type: "say", id, text }));
        } else {
          this.#receive(frame);
        }
      });
    });
  }

  async #byEvents() {
    const ending = new AbortController();
    let isGreeted = false;
    let listening = setTimeout(() => ending.abort(), SILENCE);
    try {
      const answer = await this.#ask(`events?after=${this.#last}`, { signal: ending.signal });
      if (!answer.ok) {
        this.#refused(answer, await problemOf(answer));
        return false;
      }
      for await (const frame of framesOf(answer, () => {
        clearTimeout(listening);
        listening = setTimeout(() => ending.abort(), SILENCE);
      })) {
        if (frame.type === "welcome") {
          isGreeted = this.#socketsFail = true;
          this.#greeted(this.#poster(ending.signal));
        } else {
          this.#receive(frame);
        }
      }
    } catch {
      // the connection is lost, or never was
    } finally {
      clearTimeout(listening);
      ending.abort();
    }
    return isGreeted;
  }

  // What is said goes out one after the other, each until it has arrived or is refused, while this connection stands.
  #poster(signal) {
    let line = Promise.resolve();
    const post = async (id, text) => {
      while (!signal.aborted) {
        let answer = null;
        try {
          const body = JSON.stringify({ id, text });
          answer = await this.#ask("say", { method: "POST", headers: { "Content-Type": "application/json" }, body });
        } catch {
          // tried again, with the same id
        }
        if (answer?.ok) return;
        if (answer && answer.status < 500 && answer.status !== 429) {
          this.#receive({ type: "error", id, message: await problemOf(answer) });
          return;
        }
        await sleep(2_000);
      }
    };
    return (id, text) => {
      line = line.then(() => post(id, text));
    };
  }

  #ask(path, { headers, ...options }) {
    const known = { Authorization: `Bearer ${this.#contact}`, ...headers };
    return fetch(`${this.#address}/${path}`, { headers: known, cache: "no-store", credentials: "omit", ...options });
  }

  // ---- what comes in ----

  #greeted(send) {
    this.#pause = FIRST_PAUSE;
    this.#send = send;
    this.#page.online();
    for (const [id, text] of this.#unsent) send(id, text);
  }

  #receive(frame) {
    if (frame.type === "message" && frame.sequence > this.#last) {
      this.#last = frame.sequence;
      this.#unsent.delete(frame.id);
      this.#page.message(frame);
    } else if (frame.type === "typing") {
      this.#page.typing(frame.is_typing);
    } else if (frame.type === "error") {
      this.#unsent.delete(frame.id);
      this.#page.problem(frame);
    }
  }

  #refused(answer, message) {
    if (answer.status === 429) {
      this.#pause = 1_000 * Number(answer.headers.get("Retry-After") ?? 60);
      this.#page.problem({ message });
    } else if (answer.status < 500) {
      this.#isOver = true;
      this.#page.refused(message);
    }
  }
}

function socketTo(address) {
  try {
    const url = new URL(address);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url);
  } catch {
    return null; // the page's own rules forbid it
  }
}

async function* framesOf(answer, heard) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data: "));
      if (data.length) yield JSON.parse(data.map((line) => line.slice(6)).join("\n"));
    }
  }
}

async function problemOf(answer) {
  try {
    return (await answer.json()).message;
  } catch {
    return `The server answered with ${answer.status}.`;
  }
}

function sleep(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
