// Undo and redo over everything a person did here. Nothing is removed from the journal: undoing writes another line.
import { announce } from "./dom.js";

const TOGETHER = 1000; // ms between keys that are undone in one step

export class History {
  constructor(store, saver, surface) {
    Object.assign(this, { store, saver, surface, done: [], undone: [] });
    surface.on("typed", ({ id, text }) => this.typed(id, text));
    surface.on("undo", () => this.undo());
    surface.on("redo", () => this.redo());
  }

  typed(id, text) {
    if (this.busy) return;
    const top = this.done.at(-1);
    if (top?.kind === "edit" && top.id === id && performance.now() - top.at < TOGETHER) {
      Object.assign(top, { after: text, at: performance.now() });
      return;
    }
    const before = top?.kind === "edit" && top.id === id ? top.after : this.store.paragraphs.get(id)?.text ?? "";
    if (before !== text) this.push({ kind: "edit", id, before, after: text, at: performance.now(), name: "typing" });
  }

  push(step) {
    this.done.push(step);
    this.undone = [];
  }

  // An operation with its opposite: both give the arguments of saver.act, or null if there is nothing to do any more.
  async did(name, forth, back) {
    const view = await this.saver.act(...forth());
    if (view) this.push({ kind: "act", name, forth, back, view });
    return view;
  }

  undo() {
    return this.turn(this.done, this.undone, true);
  }

  redo() {
    return this.turn(this.undone, this.done, false);
  }

  async turn(from, to, backwards) {
    const step = from.pop();
    if (!step || this.busy) return;
    this.busy = true;
    try {
      if (step.kind === "edit") {
        const turn = this.surface.turns.get(step.id);
        const text = backwards ? step.before : step.after;
        if (turn) {
          this.surface.show(step.id);
          this.surface.put(turn, text, text.length);
        }
      } else {
        const wanted = backwards ? step.back(step.view) : step.forth(step.view);
        if (wanted) step.view = (await this.saver.act(...wanted)) || step.view;
      }
      to.push(step);
      announce(`${backwards ? "Undone" : "Done again"}: ${step.name}`);
    } finally {
      this.busy = false;
    }
  }
}
