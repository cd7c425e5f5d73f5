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
  #unsent = new Map(); // message id -> { text, files } of what the server has not shown back yet
  #send = null; // brings out one message while the line stands
  #socketsFail = false;
  #pause = FIRST_PAUSE;
  #end = null; // the server's { code, message } that it talks no more

  // `address` is that of /chat/BOT; the page has `online`, which is told what files a message may have, `away`,
  // `message`, `typing`, and, for what goes wrong, `problem` and `refused`, after which nothing more comes.
  constructor(address, contact, page) {
    this.#address = address;
    this.#contact = contact;
    this.#page = page;
  }

  // `files` has what `upload` gave. After `refused` a message is refused as the talk was.
  say(text, files = []) {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
    const said = { text: whole(text), files: files.map(({ file }) => file) };
    if (this.#end) queueMicrotask(() => this.#page.problem({ ...this.#end, id }));
    else this.#unsent.set(id, said);
    this.#send?.(id, said);
    return id;
  }

  // Brings a file to the server, for a message of this talk; `told` hears how much of it is there, from 0 to 1. Gives
  // `arrived`, which fails with the server's { code } if it gave one, and `stop`.
  upload(file, told) {
    const asked = new XMLHttpRequest(); // fetch does not tell how far it is
    const form = new FormData();
    form.append("file", file, file.name);
    const arrived = new Promise((done, failed) => {
      asked.upload.addEventListener("progress", ({ loaded, total }) => told(total ? loaded / total : 0));
      asked.addEventListener("loadend", () => (asked.status === 201 ? done(asked.response) : failed({ code: asked.response?.error })));
    });
    asked.responseType = "json";
    asked.open("POST", `${this.#address}/files`);
    asked.setRequestHeader("Authorization", `Bearer ${this.#contact}`);
    asked.send(form);
    return { arrived, stop: () => asked.abort() };
  }

  async start() {
    while (!this.#end) {
      const hasTalked = (!this.#socketsFail && (await this.#bySocket())) || (await this.#byEvents());
      this.#send = null;
      if (this.#end) return;
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
          this.#greeted(frame, (id, said) => put({ type: "say", id, ...said }));
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
          this.#greeted(frame, this.#poster(ending.signal));
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
    const post = async (id, said) => {
      while (!signal.aborted) {
        let answer = null;
        try {
          const body = JSON.stringify({ id, ...said });
          answer = await this.#ask("say", { method: "POST", headers: { "Content-Type": "application/json" }, body });
        } catch {
          // tried again, with the same id
        }
        if (answer?.ok) return;
        if (answer && answer.status < 500 && answer.status !== 429) {
          this.#receive({ type: "error", id, ...(await problemOf(answer)) });
          return;
        }
        await sleep(2_000);
      }
    };
    return (id, said) => {
      line = line.then(() => post(id, said));
    };
  }

  #ask(path, { headers, ...options }) {
    const known = { Authorization: `Bearer ${this.#contact}`, ...headers };
    return fetch(`${this.#address}/${path}`, { headers: known, cache: "no-store", credentials: "omit", ...options });
  }

  // ---- what comes in ----

  #greeted({ files }, send) {
    this.#pause = FIRST_PAUSE;
    this.#send = send;
    this.#page.online(files);
    for (const [id, said] of this.#unsent) send(id, said);
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

  #refused(answer, problem) {
    if (answer.status === 429) {
      this.#pause = Math.max(FIRST_PAUSE, 1_000 * (Number(answer.headers.get("Retry-After")) || 60)); // not every proxy tells seconds
      this.#page.problem(problem);
    } else if (answer.status < 500) {
      this.#end = problem;
      this.#page.refused(problem);
      for (const id of this.#unsent.keys()) this.#page.problem({ ...problem, id });
      this.#unsent.clear();
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

// What a refusal says: { code, message }.
async function problemOf(answer) {
  try {
    const { error, message } = await answer.json();
    return { code: error, message };
  } catch {
    return { code: "unreadable", message: `The server answered with ${answer.status}.` };
  }
}

// Half a character, as of an emoji that was cut, no server takes.
function whole(text) {
  return text.toWellFormed?.() ?? text;
}

function sleep(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
