// What is not in the journal, in red, until it is: each paragraph with the reason and what can be done.
import { announce, count, el, icon } from "../../../loopback/static/dom.js";
import { button } from "./dialogs.js";

/** @import { Draft } from "./net.js" */
/** @import { Saver } from "./saving.js" */
/** @import { Store } from "./store.js" */
/** @typedef {{ id: string, theirs: boolean, gone: boolean, text: string, why: string, hint: string }} Row */

export class Unsaved {
  /** @param {HTMLElement} root @param {Store} store @param {Saver} saver @param {(id: string) => void} choose */
  constructor(root, store, saver, choose) {
    this.root = root;
    this.store = store;
    this.saver = saver;
    this.choose = choose;
    /** @type {Draft[]} */
    this.left = []; // texts of last time
    /** @type {() => void} */
    this.show = () => {};
    this.said = "";
    saver.on("state", () => this.update());
    store.on("paragraphs", () => this.update());
  }

  // Texts of last time that nobody has decided on.
  /** @param {Draft[]} drafts @param {() => void} show */
  later(drafts, show) {
    Object.assign(this, { left: drafts, show });
    this.saver.emit("state");
  }

  // How many paragraphs have a text that was refused, or was left behind.
  get size() {
    return this.saver.failed.size + this.left.length;
  }

  update() {
    const { store, saver } = this;
    const rows = [...saver.failed].map(([id, { text, error, theirs }]) => ({
      id, theirs: Boolean(theirs), gone: !store.paragraphs.has(id), text: store.paragraphs.has(id) ? "" : text,
      why: theirs ? `${store.name(store.paragraphs.get(id)?.by || theirs.by)} changed it while you were typing` : error.message, hint: error.body?.hint || "",
    }));
    const said = JSON.stringify([rows, this.left.map((draft) => draft.key)]);
    if (said === this.said) return;
    const before = this.said;
    this.said = said;
    for (const notice of this.root.querySelectorAll(":scope > [data-id=unsaved]")) notice.remove();
    if (!this.size) return;
    const made = el("div", { class: "notice bad", "data-id": "unsaved", role: "group", "aria-label": "Not saved" }, icon("alert"), el("div", { class: "rows" }, ...rows.map((row) => this.row(row)), this.rest()));
    this.root.prepend(made);
    if (rows.length || !before) announce(`Not saved: ${count(this.size, "paragraph")}`);
  }

  /** @param {Row} row */
  row({ id, theirs, gone, text, why, hint }) {
    const { store, saver } = this;
    if (gone) {
      return el("p", {}, "Not saved: the paragraph is not there any more, somebody joined it with another one. Your text was: ", el("q", store.speech, text), " ",
        button("Copy", () => navigator.clipboard?.writeText(text)), button("Throw it away", () => saver.drop(id)));
    }
    const act = theirs ? button("Choose…", () => this.choose(id)) : button("Try again", () => saver.again(id));
    return el("p", {}, `Not saved, paragraph ${store.place(id) + 1}: ${why}. `, hint ? el("small", {}, `${hint} `) : "", act);
  }

  rest() {
    if (!this.left.length) return null;
    return el("p", {}, `Not saved last time: ${count(this.left.length, "paragraph")}. `, button("Show…", () => this.show()));
  }
}
