// Every change goes to the server: one at a time per paragraph, the same operation again until it is acknowledged.
import { Emitter, newId } from "./dom.js";
import { Refusal } from "./net.js";

const IDLE = 1000; // ms without a key until a paragraph is saved
const AGAIN = 2000; // ms until a lost request is sent again

export class Saver extends Emitter {
  constructor(store, net, surface, drafts) {
    super();
    Object.assign(this, { store, net, surface, drafts, waiting: new Map(), pending: new Map(), last: null });
    surface.on("typed", ({ id, text }) => this.typed(id, text));
    surface.on("blur", (id) => this.now(id));
    addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
  }

  get dirty() {
    return this.waiting.size > 0 || this.pending.size > 0;
  }

  typed(id, text, undoes = null) {
    const known = this.store.paragraphs.get(id);
    if (!known) return;
    const entry = this.waiting.get(id) || {};
    clearTimeout(entry.timer);
    this.waiting.set(id, { text, undoes, timer: setTimeout(() => this.now(id), IDLE) });
    this.drafts.keep(id, text, known.rev);
    this.emit("state");
  }

  // Resolves when nothing of the paragraph is unsaved any more.
  async now(id) {
    const entry = this.waiting.get(id);
    if (!entry) return this.pending.get(id)?.done;
    clearTimeout(entry.timer);
    if (this.pending.has(id)) {
      await this.pending.get(id).done;
      return this.now(id);
    }
    this.waiting.delete(id);
    const known = this.store.paragraphs.get(id);
    if (!known) return undefined;
    if (known.text === entry.text) {
      this.settled(id, entry.text);
      return undefined;
    }
    const sending = { op: newId(), text: entry.text, rev: known.rev, undoes: entry.undoes };
    sending.done = this.send(id, sending).finally(() => {
      this.pending.delete(id);
      this.emit("state");
    });
    this.pending.set(id, sending);
    this.emit("state");
    await sending.done;
    return this.waiting.has(id) ? this.now(id) : undefined;
  }

  async send(id, sending) {
    const body = { op: sending.op, by: this.net.by, text: sending.text, ...(sending.undoes ? { undoes: sending.undoes } : {}) };
    for (;;) {
      const started = performance.now();
      try {
        const view = await this.net.put(id, sending.rev, body);
        performance.measure("save", { start: started, end: performance.now() });
        this.store.apply(view, view.done);
        this.settled(id, sending.text);
        return;
      } catch (error) {
        if (error instanceof Refusal) {
          this.refused(id, sending, error);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  settled(id, text) {
    this.last = new Date();
    const turn = this.surface.turns.get(id);
    if (!this.waiting.has(id)) {
      this.drafts.drop(id);
      if (turn && turn.text.textContent.replace(/\s+/g, " ").trim() === text.replace(/\s+/g, " ").trim()) {
        this.surface.clean(id);
      }
    }
    this.emit("state");
  }

  refused(id, sending, error) {
    if (error.status === 412) this.emit("conflict", { id, mine: sending.text, theirs: error.body.paragraphs[0] });
    else this.emit("refused", { id, error });
  }

  async flush() {
    await Promise.all([...this.waiting.keys()].map((id) => this.now(id)));
  }

  // An operation on whole paragraphs. What was typed is saved first. True if it was done.
  async act(kind, body) {
    await this.flush();
    const operation = { op: newId(), kind, since: this.store.seq, ...(typeof body === "function" ? body() : body) };
    for (;;) {
      try {
        const view = await this.net.post("ops", operation);
        this.last = new Date();
        this.store.apply(view, Math.min(operation.since + 1, view.done));
        this.emit("state");
        return view;
      } catch (error) {
        if (error instanceof Refusal) {
          if (error.status === 412) {
            for (const one of error.body.paragraphs.filter(Boolean)) {
              this.store.apply({ ...this.empty(), paragraphs: [one] }, Infinity);
            }
          }
          this.emit("refused", { error });
          return null;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  empty() {
    return { seq: this.store.seq, status: this.store.status, paragraphs: [], closed: [] };
  }
}
