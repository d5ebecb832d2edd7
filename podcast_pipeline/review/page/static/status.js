// What is saved, what is left, and messages that stay until they are closed.
import { announce, count, el, icon, spokenLength } from "../../../loopback/static/dom.js";

/** @import { Net } from "./net.js" */
/** @import { Saver } from "./saving.js" */
/** @import { Signature, Store } from "./store.js" */
/** @import { Unsaved } from "./unsaved.js" */

export class Status {
  /**
   * @param {HTMLElement} line
   * @param {HTMLElement} list
   * @param {Store} store
   * @param {Net} net
   * @param {Saver} saver
   * @param {Unsaved} unsaved
   */
  constructor(line, list, store, net, saver, unsaved) {
    this.line = line;
    this.list = list;
    this.store = store;
    this.net = net;
    this.saver = saver;
    this.unsaved = unsaved;
    this.spoken = "";
    this.fault = "";
    this.seal = "";
    saver.on("state", () => this.update());
    store.on("status", () => this.update());
    saver.on("refused", (error) => this.say("refused", `Not done: ${error.message}`, error.body?.hint, "bad"));
    net.on("reached", () => {
      if (net.online) this.unsay("offline");
      else this.say("offline", "The page's server cannot be reached. What you type is kept in this browser and saved as soon as it answers.", "", "bad");
      if (!net.over) this.unsay("session");
      else this.say("session", "This page's session is over: open the address that `podcast review` printed.", "What you type here is kept in this browser.", "bad");
      this.update();
    });
  }

  // Why nothing can be saved now.
  get trouble() {
    const { net, store } = this;
    if (!net.online) return "the page's server cannot be reached";
    if (net.over) return "this page's session is over";
    return store.status.fault ? "the journal cannot be written" : "";
  }

  // What is true of the text on the screen: [words, good | busy | bad].
  /** @returns {[string, "good" | "busy" | "bad"]} */
  get saved() {
    const { saver, unsaved, trouble } = this;
    if (unsaved.size) return [`Not saved: ${count(unsaved.size, "paragraph")}`, "bad"];
    if (trouble) return [saver.dirty ? `Not saved: ${trouble}` : `Nothing is saved any more: ${trouble}`, "bad"];
    if (saver.dirty) return ["Saving…", "busy"];
    return [saver.last ? `Saved ${String(saver.last.getHours()).padStart(2, "0")}:${String(saver.last.getMinutes()).padStart(2, "0")}` : "Saved", "good"];
  }

  update() {
    const { net, saver, store: { status: s } } = this;
    const [saved, kind] = this.saved;
    const parts = [saved, `${s.checked} of ${s.paragraphs} checked`, s.must ? `${s.must} must-check left` : "nothing must-check left"];
    if (s.queries) parts.push(count(s.queries, "open question"));
    if (s.cuts) parts.push(`${count(s.cuts, "cut")}, ${spokenLength(s.cut_ms)}`);
    const mine = s.heard?.[net.by];
    if (mine !== undefined) parts.push(`${mine} % heard by you`);
    const text = parts.join(" · ");
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.dataset.state = kind;
    if (this.spoken !== saved.split(" ")[0]) {
      this.spoken = saved.split(" ")[0];
      if (kind === "good" && saver.last) announce("Saved");
    }
    this.signature(s.signoff);
    if (s.fault && s.fault !== this.fault) this.say("fault", s.fault, "Nothing more is saved. Stop the page and start it again.", "bad");
    this.fault = s.fault;
  }

  /** @param {Signature | null} signature */
  signature(signature) {
    const seal = JSON.stringify(signature);
    if (seal === this.seal) return;
    this.seal = seal;
    this.unsay("signed");
    if (signature?.void.length) this.say("signed", `Sign-off void: ${signature.void.join("; ")}.`, "", "warn");
    else if (signature?.missing) this.say("signed", `Signed off by ${signature.name} on ${signature.at}; it ${signature.missing}.`, "", "warn");
    else if (signature) this.say("signed", `Signed off by ${signature.name} on ${signature.at}, for exactly this sound and text.${signature.example ? " This person is invented." : ""}`, "", "good");
  }

  /** @param {string} id @param {string} text */
  say(id, text, hint = "", kind = "warn") {
    this.unsay(id);
    const close = el("button", { type: "button", class: "plain", "aria-label": "Close this message" }, "×");
    const made = el("div", { class: `notice ${kind}`, "data-id": id }, icon(kind === "good" ? "check" : "alert"), el("p", {}, text, hint ? el("small", {}, ` ${hint}`) : ""), close);
    close.addEventListener("click", () => made.remove());
    this.list.append(made);
    if (kind !== "good" && id !== "signed") announce(text);
  }

  /** @param {string} id */
  unsay(id) {
    for (const notice of this.list.querySelectorAll(`:scope > [data-id="${CSS.escape(id)}"]`)) notice.remove();
  }
}
