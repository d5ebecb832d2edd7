// Undo and redo over everything a person did here. Nothing is removed from the journal: undoing writes another line.
// A step is undone only where its text still stands as the step left it: what somebody else wrote over it stays.
import { Emitter, announce } from "../../../loopback/static/dom.js";

/** @import { Body, Saver } from "./saving.js" */
/** @import { Done, Paragraph, Store } from "./store.js" */
/** @import { Surface } from "./surface.js" */
/** @typedef {[kind: string, body: Body] | null} Wanted - the arguments of saver.act; null if nothing is to be done */
/** @typedef {{ kind: "edit", name: string, id: string, before: string, after: string, at: number }} Edit */
/**
 * An operation and its opposite; each is told the answer to the operation, `forth` only when it is done again.
 * @typedef {{ kind: "act", name: string, twin: string, forth: (view?: Done) => Wanted, back: (view: Done) => Wanted,
 *   view?: Done }} Act
 */
/** @typedef {Edit | Act} Step */

const TOGETHER = 1000; // ms between keys that are undone in one step
/** @param {string} text */
const plain = (text) => text.replace(/\s+/g, " ").trim();

/** @extends {Emitter<{ kept: string }>} */
export class History extends Emitter {
  /** @param {Store} store @param {Saver} saver @param {Surface} surface */
  constructor(store, saver, surface) {
    super();
    this.store = store;
    this.saver = saver;
    this.surface = surface;
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = []; // the last one last
    this.busy = false;
    /** @type {Map<string, string>} */
    this.names = new Map(); // a paragraph that was joined and parted again has another id: old -> new
    saver.on("typed", (typed) => this.typed(typed));
    surface.on("undo", () => this.undo());
    surface.on("redo", () => this.redo());
  }

  /** @param {{ id: string, text: string, before: string }} change */
  typed({ id, text, before }) {
    if (this.busy) return;
    const top = this.done.at(-1);
    // Not over what came from elsewhere in between: undoing would take it away with one's own words.
    if (top?.kind === "edit" && top.id === id && top.after === before && performance.now() - top.at < TOGETHER) {
      Object.assign(top, { after: text, at: performance.now() });
      return;
    }
    if (before !== text) this.push({ kind: "edit", id, before, after: text, at: performance.now(), name: "typing" });
  }

  /** @param {Step} step */
  push(step) {
    this.done.push(step);
    this.undone = [];
  }

  // An operation with its opposite: both give the arguments of saver.act, or null if there is nothing to do any more.
  // `twin` is the paragraph that the operation takes away, if it does.
  /** @param {string} name @param {Act["forth"]} forth @param {Act["back"]} back */
  async did(name, forth, back, twin = "") {
    /** @type {Act} */
    const step = { kind: "act", name, forth, back, twin };
    const view = await this.act(step, false);
    if (view) this.push(step);
    return view;
  }

  // The id that a paragraph has now.
  /** @param {string} id */
  id(id) {
    for (let next = this.names.get(id); next; next = this.names.get(id)) id = next;
    return id;
  }

  undo() {
    return this.turn(this.done, this.undone, true);
  }

  redo() {
    return this.turn(this.undone, this.done, false);
  }

  /** @param {Step[]} from @param {Step[]} to @param {boolean} backwards */
  async turn(from, to, backwards) {
    if (this.busy) return;
    const step = from.pop();
    if (!step) return;
    this.busy = true;
    try {
      const done = step.kind === "edit" ? this.typing(step, backwards) : await this.act(step, backwards);
      if (!done) return;
      to.push(step);
      announce(`${backwards ? "Undone" : "Done again"}: ${step.name}`);
    } finally {
      this.busy = false;
    }
  }

  /** @param {Edit} step @param {boolean} backwards */
  typing(step, backwards) {
    const [there, text] = backwards ? [step.after, step.before] : [step.before, step.after];
    const id = this.id(step.id);
    const turn = this.surface.turns.get(id);
    if (!turn || plain(turn.text.textContent ?? "") !== plain(there)) {
      this.keep([id]);
      return false;
    }
    this.surface.show(id);
    this.surface.put(turn, text, text.length);
    return true;
  }

  /** @param {Act} step @param {boolean} backwards */
  async act(step, backwards) {
    await this.saver.flush();
    const wanted = backwards ? step.back(/** @type {Done} */ (step.view)) : step.forth(step.view);
    if (!wanted) return null;
    const before = new Set(this.store.order);
    const view = await this.saver.act(...wanted);
    if (!view) return null;
    step.view = view;
    const born = view.order?.find((id) => !before.has(id));
    if (born && step.twin) this.names.set(step.twin, born);
    step.twin = born || step.twin;
    return view;
  }

  // Those of `ids` that are still as `stands` says; the others stay as somebody made them, and that is said.
  /** @param {string[]} ids @param {(p: Paragraph) => boolean} stands */
  unchanged(ids, stands) {
    const still = ids.filter((id) => {
      const p = this.store.paragraphs.get(id);
      return p && stands(p);
    });
    const kept = ids.filter((id) => !still.includes(id));
    if (kept.length) this.keep(kept);
    return still;
  }

  /** @param {string[]} ids */
  keep(ids) {
    const { store } = this;
    const words = ids.map((id) => {
      const p = store.paragraphs.get(id);
      return p ? `Paragraph ${store.place(id) + 1} was changed${p.by ? ` by ${store.name(p.by)}` : ""} since and stays as it is.` : "A paragraph is not there any more.";
    });
    this.emit("kept", words.join(" "));
  }
}
