// Every change goes to the server: one at a time per paragraph, the same operation again until it is acknowledged.
// What was typed is "unsaved" from the first key until the journal has it, whatever happens on the way.
import { Emitter, newId } from "../../../loopback/static/dom.js";
import { Refusal } from "../../../loopback/static/net.js";

const IDLE = 1000; // ms without a key until a paragraph is saved
const AGAIN = 2000; // ms until a lost request is sent again
/** @param {Base} of @returns {Base} */
const basis = ({ rev, text, words }) => ({ rev, text, words });

/** @import { Answer } from "../../../loopback/static/net.js" */
/** @import { Base, Draft, Drafts, Net } from "./net.js" */
/** @import { Changes, Done, Paragraph, Store } from "./store.js" */
/** @import { Surface } from "./surface.js" */
/** @typedef {Error & { status?: number, body?: Answer }} Trouble - of the page, or a Refusal */
/** @typedef {{ op: string, text: string, base: Base, done: Promise<void> }} Sending */
/** @typedef {{ text: string, error: Trouble, theirs?: Paragraph | null }} Failed */
/** @typedef {object | (() => object)} Body - of an act, or what makes it when everything typed is saved */
/**
 * An act on whole paragraphs, as it is sent; other fields are those of its kind.
 * @typedef {{ op: string, kind: string, since: number, p?: string, next?: string, ps?: object, texts?: object,
 *   cuts?: { p?: string }[] }} Operation
 */

/**
 * @extends {Emitter<{ typed: { id: string, text: string, before: string }, state: undefined, refused: Trouble,
 *   conflict: string }>}
 */
export class Saver extends Emitter {
  /** @param {Store} store @param {Net} net @param {Surface} surface @param {Drafts} drafts */
  constructor(store, net, surface, drafts) {
    super();
    this.store = store;
    this.net = net;
    this.surface = surface;
    this.drafts = drafts;
    /** @type {Date | null} */
    this.last = null;
    this.acting = 0;
    this.leaving = false;
    /** @type {Map<string, Base>} */
    this.bases = new Map(); // id -> { rev, text, words } that the unsaved text was made from
    /** @type {Map<string, { text: string, timer?: number }>} */
    this.waiting = new Map(); // id -> { text, timer } typed and not sent
    /** @type {Map<string, Sending>} */
    this.pending = new Map(); // id -> { op, text, done } on its way
    /** @type {Map<string, Failed>} */
    this.failed = new Map(); // id -> { text, error, theirs } refused; with `theirs`, somebody has to choose first
    surface.on("typed", ({ id, text }) => this.typed(id, text));
    surface.on("blur", (id) => this.now(id));
    addEventListener("beforeunload", (event) => { if (this.dirty && !this.leaving) event.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
  }

  // Whether anything is not in the journal.
  get dirty() {
    return this.bases.size > 0 || this.failed.size > 0 || this.acting > 0;
  }

  /** @param {string} id @param {string} text */
  typed(id, text) {
    const known = this.store.paragraphs.get(id);
    const base = this.bases.get(id) ?? (known && basis(known));
    if (!base) return;
    this.bases.set(id, base);
    const failed = this.failed.get(id);
    const before = (this.waiting.get(id) ?? failed ?? this.pending.get(id) ?? base).text;
    this.drafts.keep(id, text, base);
    if (failed) failed.text = text;
    if (!failed?.theirs) {
      clearTimeout(this.waiting.get(id)?.timer);
      this.waiting.set(id, { text, timer: setTimeout(() => this.now(id), IDLE) });
    }
    this.emit("typed", { id, text, before });
    this.emit("state");
  }

  // Resolves when nothing of the paragraph is on its way any more.
  /** @param {string} id @returns {Promise<void>} */
  async now(id) {
    const entry = this.waiting.get(id);
    if (!entry) return this.pending.get(id)?.done;
    clearTimeout(entry.timer);
    const before = this.pending.get(id);
    if (before) {
      await before.done;
      return this.now(id);
    }
    this.waiting.delete(id);
    const base = /** @type {Base} */ (this.bases.get(id));
    if (base.text === entry.text) {
      this.settled(id, entry.text);
      return undefined;
    }
    const sending = { op: newId(), text: entry.text, base, done: Promise.resolve() };
    sending.done = this.send(id, sending).finally(() => {
      this.pending.delete(id);
      this.emit("state");
    });
    this.pending.set(id, sending);
    this.emit("state");
    await sending.done;
    return this.waiting.has(id) ? this.now(id) : undefined;
  }

  /** @param {string} id @param {Sending} sending */
  async send(id, sending) {
    const body = { op: sending.op, by: this.net.by, text: sending.text };
    for (;;) {
      const started = performance.now();
      try {
        const view = await this.net.put(id, sending.base.rev, body);
        performance.measure("save", { start: started, end: performance.now() });
        // What is typed from here on was made from this text, not from what somebody may have saved since.
        this.bases.set(id, { ...sending.base, rev: sending.base.rev + 1, text: sending.text });
        this.store.apply(view, view.done);
        this.settled(id, sending.text);
        return;
      } catch (error) {
        if (error instanceof Refusal) {
          /** @type {Paragraph | null | undefined} */
          const theirs = error.status === 412 ? error.body.paragraphs?.[0] : null;
          if (!theirs || theirs.text !== sending.base.text) {
            this.refused(id, sending.text, error, theirs ?? null);
            return;
          }
          // Somebody checked it, named its speaker or asked: the words are those that this text was made from.
          sending.base = basis(theirs);
          this.bases.set(id, sending.base);
          continue;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  /** @param {string} id @param {string} text */
  settled(id, text) {
    this.last = new Date();
    this.failed.delete(id);
    const turn = this.surface.turns.get(id);
    /** @param {string} words */
    const plain = (words) => words.replace(/\s+/g, " ").trim();
    if (!this.waiting.has(id) && (!turn || plain(turn.text.textContent ?? "") === plain(text))) {
      this.drafts.drop(id);
      this.bases.delete(id);
      this.surface.clean(id);
    }
    this.emit("state");
  }

  // The text stays where it is, in red, until the journal has it.
  /** @param {string} id @param {string} text @param {Trouble} error @param {Paragraph | null} theirs */
  refused(id, text, error, theirs) {
    const newer = theirs ? this.waiting.get(id) : null;
    if (newer) {
      clearTimeout(newer.timer);
      this.waiting.delete(id);
    }
    this.failed.set(id, { text: newer?.text ?? text, error, theirs });
    if (theirs) this.emit("conflict", id);
    this.emit("state");
  }

  // A text that is in no journal, and was made from another one than stands there now: somebody has to choose.
  /** @param {string} id @param {string} text @param {Base} base */
  contest(id, text, base) {
    this.bases.set(id, base);
    this.drafts.keep(id, text, base);
    const turn = this.surface.turns.get(id);
    if (turn) this.surface.mark(turn, text);
    this.failed.set(id, { text, error: new Error("the paragraph was changed since"), theirs: this.store.paragraphs.get(id) });
    this.emit("state");
  }

  // A text whose paragraph is not there any more.
  /** @param {Pick<Draft, "id" | "text" | "base">} draft */
  lost({ id, text, base }) {
    this.drafts.keep(id, text, base);
    this.failed.set(id, { text, error: new Error("the paragraph is not there any more"), theirs: null });
    this.emit("state");
  }

  // What somebody decided between two texts. While it was asked, the paragraph may have been joined away.
  /** @param {string} id @param {string} text @param {Paragraph} theirs */
  decided(id, text, theirs) {
    const turn = this.surface.turns.get(id);
    if (!turn) {
      if (text === theirs.text) this.drop(id);
      else this.lost({ id, text, base: this.bases.get(id) });
      return undefined;
    }
    Object.assign(this.failed.get(id) ?? {}, { theirs: null, text: theirs.text }); // undone, the choice goes back to theirs
    this.bases.set(id, basis(theirs));
    this.surface.put(turn, text);
    return this.now(id);
  }

  /** @param {string} id */
  again(id) {
    const failed = this.failed.get(id);
    if (!failed || failed.theirs || this.waiting.has(id)) return this.now(id);
    this.waiting.set(id, { text: failed.text });
    return this.now(id);
  }

  // After `status` stood in the way and does not any more.
  /** @param {number} status */
  retry(status) {
    for (const [id, failed] of this.failed) if (failed.error.status === status) this.again(id);
  }

  // Only a person throws a text away.
  /** @param {string} id */
  drop(id) {
    clearTimeout(this.waiting.get(id)?.timer);
    for (const map of [this.failed, this.waiting, this.bases]) map.delete(id);
    this.drafts.drop(id);
    this.surface.clean(id);
    this.emit("state");
  }

  async flush() {
    await Promise.all([...this.waiting.keys(), ...this.pending.keys()].map((id) => this.now(id)));
  }

  // An operation on whole paragraphs. What was typed is saved first. The answer; null if it was not done.
  /** @param {string} kind @param {Body} body @returns {Promise<Done | null>} */
  async act(kind, body) {
    this.acting += 1;
    this.emit("state");
    try {
      return await this.acted(kind, body);
    } finally {
      this.acting -= 1;
      this.emit("state");
    }
  }

  /** @param {string} kind @param {Body} body @returns {Promise<Done | null>} */
  async acted(kind, body) {
    await this.flush();
    /** @type {Operation} */
    const operation = { op: newId(), kind, since: this.store.seq, ...(typeof body === "function" ? body() : body) };
    if (touched(operation).some((id) => this.bases.has(id))) {
      this.emit("refused", new Error("This paragraph has text that is not saved yet: see above."));
      return null;
    }
    for (;;) {
      try {
        const view = await this.net.post("ops", operation);
        this.last = new Date();
        this.store.apply(view, Math.min(operation.since + 1, view.done));
        return view;
      } catch (error) {
        if (error instanceof Refusal) {
          if (error.status === 412) {
            for (const paragraph of error.body.paragraphs ?? []) {
              if (paragraph) this.store.apply({ ...this.empty(), paragraphs: [paragraph] }, Infinity);
            }
          }
          this.emit("refused", error);
          return null;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  // The paragraph, for a command that has waited for what was typed; where somebody has joined it to another one, that is said.
  /** @param {string} id */
  there(id) {
    const paragraph = this.store.paragraphs.get(id);
    if (!paragraph) this.emit("refused", new Error("This paragraph is not there any more: somebody has joined it to another one."));
    return paragraph;
  }

  /** @returns {Changes} */
  empty() {
    return { seq: this.store.seq, status: this.store.status, paragraphs: [], closed: [] };
  }
}

// The paragraphs that an operation changes.
/** @param {Operation} operation @returns {string[]} */
function touched({ p, next, ps, texts, cuts }) {
  const named = [p, next, ...(cuts || []).map((cut) => cut.p)].flatMap((id) => id || []);
  return [...named, ...Object.keys(ps || {}), ...Object.keys(texts || {})];
}
