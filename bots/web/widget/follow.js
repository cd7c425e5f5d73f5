// Keeps a list of messages at the newest for whoever reads there; who has scrolled up reads on where they are.

const NEAR = 24; // pixels: who is less than a line above the end is there
const AIR = 8; // pixels above a message that is shown from its beginning

export class Follower {
  isFollowing = true; // what comes is shown; only who scrolls up wishes otherwise
  #isAtEnd = true;
  #list;
  #top = 0;
  #height = 0;

  constructor(list) {
    this.#list = list;
    list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    for (const type of ["load", "error"]) list.addEventListener(type, (event) => this.#settled(event), true);
    new ResizeObserver(() => this.#resized()).observe(list); // a keyboard opens, a screen is turned, answers come below
  }

  // To the end, which the person wants to see who has said something.
  go() {
    this.isFollowing = this.#isAtEnd = true;
    this.#to(this.#list.scrollHeight);
  }

  // To what has come: to its beginning, where reading begins, if there is no room for all of it.
  show(item) {
    this.go();
    const [shown, list] = [item, this.#list].map((each) => each.getBoundingClientRect());
    if (shown.height <= list.height) return;
    this.#isAtEnd = false;
    this.#to(this.#top + shown.top - list.top - AIR);
  }

  #to(top) {
    this.#list.scrollTop = top;
    this.#top = this.#list.scrollTop;
  }

  #stay() {
    if (this.#isAtEnd) this.go();
  }

  #resized() {
    this.#height = this.#list.clientHeight;
    this.#top = this.#list.scrollTop;
    if (this.#height) this.#stay(); // otherwise it is hidden
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    if (clientHeight !== this.#height || scrollTop === this.#top) return; // it was resized, or brought there: nobody scrolled
    this.#isAtEnd = scrollHeight - clientHeight - scrollTop <= NEAR;
    if (this.#isAtEnd) this.isFollowing = true;
    else if (scrollTop < this.#top) this.isFollowing = false; // what grows moves nobody up: it grows below
    this.#top = scrollTop;
  }

  // A picture is shown before its height is known.
  #settled({ type, target }) {
    if (!target.matches?.("img.picture")) return;
    if (type === "error") target.remove(); // its link stays
    this.#stay();
  }
}
