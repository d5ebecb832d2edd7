// Undo and redo over everything a person did here. Nothing is removed from the journal: undoing writes another line.
// A step is undone only where its text still stands as the step left it: what somebody else wrote over it stays.
import { Emitter, announce } from "./dom.js";

const TOGETHER = 1000; // ms between keys that are undone in one step
const plain = (text) => text.replace(/\s+/g, " ").trim();

export class History extends Emitter {
  constructor(store, saver, surface) {
    super();
    Object.assign(this, { store, saver, surface, done: [], undone: [] });
    this.names = new Map(); // a paragraph that was joined and parted again has another id: old -> new
    saver.on("typed", (typed) => this.typed(typed));
    surface.on("undo", () => this.undo());
    surface.on("redo", () => this.redo());
  }

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

  push(step) {
    this.done.push(step);
    this.undone = [];
  }

  // An operation with its opposite: both give the arguments of saver.act, or null if there is nothing to do any more.
  // `twin` is the paragraph that the operation takes away, if it does.
  async did(name, forth, back, twin = "") {
    const step = { kind: "act", name, forth, back, twin };
    const view = await this.act(step, false);
    if (view) this.push(step);
    return view;
  }

  // The id that a paragraph has now.
  id(id) {
    while (this.names.has(id)) id = this.names.get(id);
    return id;
  }

  undo() {
    return this.turn(this.done, this.undone, true);
  }

  redo() {
    return this.turn(this.undone, this.done, false);
  }

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

  typing(step, backwards) {
    const [there, text] = backwards ? [step.after, step.before] : [step.before, step.after];
    const id = this.id(step.id);
    const turn = this.surface.turns.get(id);
    if (!turn || plain(turn.text.textContent) !== plain(there)) {
      this.keep([id]);
      return false;
    }
    this.surface.show(id);
    this.surface.put(turn, text, text.length);
    return true;
  }

  async act(step, backwards) {
    await this.saver.flush();
    const wanted = backwards ? step.back(step.view) : step.forth(step.view);
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
  unchanged(ids, stands) {
    const kept = ids.filter((id) => !this.store.paragraphs.has(id) || !stands(this.store.paragraphs.get(id)));
    if (kept.length) this.keep(kept);
    return ids.filter((id) => !kept.includes(id));
  }

  keep(ids) {
    const { store } = this;
    const words = ids.map((id) => {
      const p = store.paragraphs.get(id);
      return p ? `Paragraph ${store.place(id) + 1} was changed${p.by ? ` by ${store.name(p.by)}` : ""} since and stays as it is.` : "A paragraph is not there any more.";
    });
    this.emit("kept", words.join(" "));
  }
}
