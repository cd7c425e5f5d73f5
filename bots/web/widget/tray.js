// The files that somebody is about to send. Each goes to the server at once, with its progress, and is part of the next
// message; the chat page and the widget's panel have this in common.

const WORDS = {
  de: {
    add: "Dateien hinzufügen", list: "Dateien dieser Nachricht", remove: "{} entfernen", again: "{} noch einmal senden",
    ready: "{} ist bereit.", large: "{} ist zu groß: höchstens {} MB.", many: "Höchstens {} Dateien auf einmal.",
    often: "Das waren viele Dateien in kurzer Zeit: bitte später noch einmal.", failed: "{} ist nicht angekommen.",
    stuck: "Bitte noch einmal senden oder entfernen, was nicht angekommen ist.", waiting: "Die Nachricht geht ab, sobald die Dateien da sind.",
  },
  en: {
    add: "Add files", list: "Files of this message", remove: "Remove {}", again: "Send {} again",
    ready: "{} is ready.", large: "{} is too large: at most {} MB.", many: "At most {} files at once.",
    often: "These were many files in a short time: please try again later.", failed: "{} did not arrive.",
    stuck: "Please send again or remove what did not arrive.", waiting: "The message goes out as soon as its files are there.",
  },
  es: {
    add: "Añadir archivos", list: "Archivos de este mensaje", remove: "Quitar {}", again: "Enviar {} otra vez",
    ready: "{} está listo.", large: "{} es demasiado grande: {} MB como máximo.", many: "Como máximo {} archivos a la vez.",
    often: "Han sido muchos archivos en poco tiempo: inténtalo más tarde.", failed: "{} no ha llegado.",
    stuck: "Envía otra vez o quita lo que no ha llegado.", waiting: "El mensaje sale en cuanto lleguen sus archivos.",
  },
  fr: {
    add: "Ajouter des fichiers", list: "Fichiers de ce message", remove: "Retirer {}", again: "Renvoyer {}",
    ready: "{} est prêt.", large: "{} est trop grand : {} Mo au plus.", many: "{} fichiers au plus à la fois.",
    often: "Cela fait beaucoup de fichiers en peu de temps : réessayez plus tard.", failed: "{} n’est pas arrivé.",
    stuck: "Renvoyez ou retirez ce qui n’est pas arrivé.", waiting: "Le message part dès que ses fichiers sont là.",
  },
  pt: {
    add: "Adicionar arquivos", list: "Arquivos desta mensagem", remove: "Remover {}", again: "Enviar {} de novo",
    ready: "{} está pronto.", large: "{} é grande demais: no máximo {} MB.", many: "No máximo {} arquivos de uma vez.",
    often: "Foram muitos arquivos em pouco tempo: tente mais tarde.", failed: "{} não chegou.",
    stuck: "Envie de novo ou remova o que não chegou.", waiting: "A mensagem sai assim que os arquivos chegarem.",
  },
};
const CODES = { file_too_large: "large", request_too_large: "large", rate_limit_exceeded: "often" };

export class Tray {
  element = made("div", "tray"); // to stand above what is written
  button = made("button", "attach"); // to stand beside it
  #words;
  #upload;
  #changed;
  #chosen;
  #limits = null;
  #items = []; // { file, row, state: "coming" | "there" | "failed", sent, stop }
  #rows = made("ul", "rows");
  #said = made("p", "said");
  #chooser = made("input", "chooser");
  #go = null; // what is to be done once all files are there

  // `upload` brings a file to the server, as that of Talk does; `changed` is told whenever there are more files or fewer,
  // and `chosen` when somebody has chosen some, who then goes on writing.
  constructor({ language, upload, chosen, changed = () => {} }) {
    this.#words = WORDS[language];
    this.#upload = upload;
    this.#changed = changed;
    this.#chosen = chosen;
    this.button.type = "button";
    this.button.setAttribute("aria-label", this.#words.add);
    this.button.title = this.#words.add;
    this.button.hidden = true;
    this.button.append(clip());
    this.button.addEventListener("click", () => this.#chooser.click());
    this.#chooser.type = "file";
    this.#chooser.multiple = true;
    this.#chooser.hidden = true;
    this.#chooser.addEventListener("change", () => {
      this.add(this.#chooser.files);
      this.#chooser.value = "";
      this.#chosen();
    });
    this.#rows.setAttribute("aria-label", this.#words.list);
    this.#said.setAttribute("role", "status");
    this.element.append(this.#rows, this.#said, this.#chooser);
  }

  // What the server takes: { most, most_bytes }, or null where it can keep no files.
  allow(limits) {
    this.#limits = limits;
    this.button.hidden = !limits;
  }

  get isEmpty() {
    return !this.#items.length;
  }

  // Takes what is dropped on an element, and what is pasted there.
  listen(element) {
    const holds = (event) => this.#limits && event.dataTransfer?.types.includes("Files");
    const stop = () => element.classList.remove("dropping");
    element.addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      element.classList.add("dropping");
    });
    element.addEventListener("dragleave", (event) => element.contains(event.relatedTarget) || stop());
    element.addEventListener("drop", (event) => {
      stop();
      if (!holds(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    const pasted = (event) => {
      if (!this.#limits || !event.clipboardData?.files.length) return;
      event.preventDefault();
      event.stopPropagation();
      this.add(event.clipboardData.files);
    };
    element.addEventListener("paste", pasted, true);
  }

  add(files) {
    if (!this.#limits) return; // the talk ended while they were chosen
    this.#tell("");
    for (const file of files) {
      if (this.#items.length >= this.#limits.most) return this.#complain("many", this.#limits.most);
      if (file.size > this.#limits.most_bytes) this.#complain("large", file.name, this.#megabytes);
      else this.#put(file);
    }
  }

  // Calls `go` with the files when all are there: now, or later; not at all where one did not arrive.
  send(go) {
    if (this.#items.some((item) => item.state === "failed")) return this.#complain("stuck");
    if (this.#items.some((item) => item.state === "coming")) {
      this.#go = go;
      return this.#tell(this.#words.waiting);
    }
    this.#go = null;
    const sent = this.#items.map((item) => item.sent);
    this.#items = [];
    this.#rows.replaceChildren();
    this.#tell("");
    this.#changed();
    go(sent);
  }

  // ---- one file ----

  #put(file) {
    const item = { file, row: made("li", "file"), state: "coming" };
    this.#items.push(item);
    this.#rows.append(item.row);
    this.#begin(item);
    this.#changed();
  }

  #begin(item) {
    const { name } = item.file;
    const progress = made("progress", "progress");
    progress.setAttribute("aria-label", name);
    progress.value = 0;
    item.state = "coming";
    item.row.className = "file";
    item.row.replaceChildren(made("span", "called", name), progress, this.#remover(item));
    const { arrived, stop } = this.#upload(item.file, (share) => {
      progress.value = share;
    });
    item.stop = stop;
    arrived.then(
      (sent) => {
        Object.assign(item, { sent, state: "there" });
        item.row.className = "file there";
        progress.remove();
        const isHeard = this.#go || this.#said.classList.contains("problem"); // what is told already matters more
        if (this.#items.includes(item) && !isHeard) this.#tell(fill(this.#words.ready, name));
        this.#goOn();
      },
      ({ code }) => {
        if (!this.#items.includes(item)) return;
        const again = made("button", "again", "↻");
        again.type = "button";
        again.setAttribute("aria-label", fill(this.#words.again, name));
        again.addEventListener("click", () => {
          this.#tell("");
          this.#begin(item);
          item.row.querySelector("button").focus();
        });
        item.state = "failed";
        item.row.className = "file failed";
        progress.replaceWith(again);
        this.#go = null;
        this.#complain(CODES[code] ?? "failed", name, this.#megabytes);
      },
    );
  }

  #remover(item) {
    const remove = made("button", "remove", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", fill(this.#words.remove, item.file.name));
    remove.addEventListener("click", () => {
      item.stop();
      this.#items.splice(this.#items.indexOf(item), 1);
      const next = item.row.nextElementSibling ?? item.row.previousElementSibling;
      item.row.remove();
      (next?.querySelector(".remove") ?? this.button).focus();
      this.#tell("");
      this.#changed();
      this.#goOn();
    });
    return remove;
  }

  #goOn() {
    if (this.#go && this.#items.every((item) => item.state === "there")) this.send(this.#go);
  }

  // ---- what is told ----

  get #megabytes() {
    return Math.floor((this.#limits?.most_bytes ?? 0) / 2 ** 20) || 1;
  }

  #complain(word, ...with_) {
    this.#tell(fill(this.#words[word], ...with_), true);
  }

  #tell(text, isProblem = false) {
    this.#said.textContent = text;
    this.#said.className = isProblem ? "said problem" : "said";
  }
}

function made(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function fill(text, ...values) {
  return values.reduce((filled, value) => filled.replace("{}", () => value), text);
}

function clip() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "20");
  svg.setAttribute("height", "20");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L14 7.5");
  svg.append(line);
  return svg;
}
