// Commands on whole paragraphs: part, join, check, name the speaker, ask, go back to the machine's text.
import { place } from "./caret.js";
import { count } from "../../../loopback/static/dom.js";
import * as ask from "./dialogs.js";

/** @import { Wanted } from "./history.js" */
/** @import { Page } from "./main.js" */
/** @import { Turn } from "./surface.js" */

export class Paragraphs {
  /** @param {Page} page */
  constructor({ store, saver, surface, history, player }) {
    this.store = store;
    this.saver = saver;
    this.surface = surface;
    this.history = history;
    this.player = player;
  }

  // 0 of one that somebody has joined to another while what was typed here was being saved: the server says so.
  /** @param {string} id */
  rev(id) {
    return this.store.paragraphs.get(id)?.rev ?? 0;
  }

  // A paragraph, or several, with the revisions that are seen here, at the moment of asking.
  /** @param {string} id @param {object} more */
  one(id, more = {}) {
    return () => ({ p: id, rev: this.rev(id), ...more });
  }

  /** @param {string[]} ids @param {object} more */
  several(ids, more = {}) {
    return () => ({ ps: Object.fromEntries(ids.map((id) => [id, this.rev(id)])), ...more });
  }

  /** @param {string} id @param {string} next */
  pair(id, next) {
    return () => ({ p: id, rev: this.rev(id), next, next_rev: this.rev(next) });
  }

  /** @param {{ id: string, at: number }} place */
  async split({ id, at }) {
    performance.mark("split");
    const { surface } = this;
    const text = surface.turns.get(id)?.text.textContent ?? "";
    // A word is not parted: all of it goes to the new paragraph.
    while (at > 0 && /\S/.test(text[at - 1]) && /\S/.test(text[at] ?? " ")) at -= 1;
    if (!text.slice(0, at).trim() || !text.slice(at).trim()) return;
    const [first, second] = [text.slice(0, at).trimEnd(), text.slice(at).trimStart()];
    const view = await this.history.did("a new paragraph", (again) => this.parted(id, at, again && `${first} ${second}`),
      () => this.joined(id, first, second));
    if (view) {
      const turn = view.order && surface.turns.get(view.order[view.order.indexOf(id) + 1]);
      if (turn) place(turn, 0);
      performance.measure("split done", "split");
    }
  }

  /** @param {{ id: string, by: number }} place */
  async merge({ id, by }) {
    const { store, surface } = this;
    const where = store.place(id);
    const [one, two] = by < 0 ? [store.order[where - 1], id] : [id, store.order[where + 1]];
    if (!one || !two) return;
    await this.saver.flush();
    const [first, second] = [store.paragraphs.get(one), store.paragraphs.get(two)];
    if (!first || !second || (first.speaker !== second.speaker && !(await ask.join(store, first, second)))) return;
    performance.mark("merge");
    const at = first.text.length;
    const whole = [first.text, second.text].filter(Boolean).join(" ");
    const view = await this.history.did("joining two paragraphs", () => this.joined(one, first.text, second.text),
      () => this.parted(one, at, whole), two);
    if (view) {
      const turn = surface.turns.get(one);
      if (turn) place(turn, at ? at + 1 : 0);
      performance.measure("merge done", "merge");
    }
  }

  // Part a paragraph; again, only if it still has the `text` that `at` was counted in.
  /** @param {string} id @param {number} at @param {string} [text] @returns {Wanted} */
  parted(id, at, text) {
    const now = this.history.id(id);
    if (text && !this.history.unchanged([now], (p) => p.text === text).length) return null;
    return ["split", this.one(now, { offset: at })];
  }

  // Join a paragraph and the next one, if they are still these two.
  /** @param {string} id @param {string} first @param {string} second @returns {Wanted} */
  joined(id, first, second) {
    const { store, history } = this;
    const before = history.id(id);
    const after = store.order[store.place(before) + 1];
    if (after && store.paragraphs.get(before)?.text === first && store.paragraphs.get(after)?.text === second) return ["merge", this.pair(before, after)];
    history.keep([before]);
    return null;
  }

  /** @param {string} id */
  toggle(id) {
    const on = this.store.paragraphs.get(id)?.state !== "checked";
    const [forth, back] = on ? ["check", "uncheck"] : ["uncheck", "check"];
    return this.history.did(on ? "checking" : "taking a check back", () => [forth, this.several([id])], () => [back, this.several([id])]);
  }

  /** @param {Turn} [turn] */
  async checkAndGo(turn) {
    if (!turn) return;
    if (this.store.paragraphs.get(turn.id)?.state !== "checked") await this.toggle(turn.id);
    this.surface.step(1);
  }

  checkAll() {
    const { store } = this;
    const ids = store.order.slice(0, store.place(this.surface.active) + 1).filter((id) => ["machine", "edited"].includes(store.paragraphs.get(id)?.state ?? ""));
    if (ids.length) this.history.did(`checking ${count(ids.length, "paragraph")}`, () => ["check", this.several(ids)], () => ["uncheck", this.several(ids)]);
  }

  /** @param {string} id */
  async speaker(id) {
    const { store } = this;
    const paragraph = store.paragraphs.get(id);
    if (!paragraph) return;
    const old = paragraph.speaker;
    const answer = await ask.speaker(store, this.player, paragraph);
    if (!answer?.to || answer.to === old) return;
    /** @param {string[]} ids */
    const said = (ids) => ids.filter((other) => store.paragraphs.get(other)?.speaker === old);
    const ids = answer.scope === "turn" ? [id] : said(store.order.slice(answer.scope === "all" ? 0 : store.place(id)));
    /** @param {string} from @param {string} to @returns {() => Wanted} */
    const set = (from, to) => () => {
      const still = this.history.unchanged(ids, (p) => p.speaker === from);
      return still.length ? ["speaker", this.several(still, { speaker: to })] : null;
    };
    /** @type {() => Wanted} */
    const forth = answer.scope === "all" ? () => ["speaker_rename", { from: old, to: answer.to }] : set(old, answer.to);
    await this.history.did(answer.scope === "all" ? "a speaker's name" : "a speaker", forth, set(answer.to, old));
  }

  /** @param {string} id */
  async query(id) {
    await this.saver.flush();
    let [text, refused] = [this.store.paragraphs.get(id)?.query, ""];
    /** @param {Event} event */
    const listen = (event) => { refused = /** @type {CustomEvent} */ (event).detail.message; };
    do {
      // The question that is seen here, not one that somebody asks meanwhile, is the one that is written over.
      const rev = this.rev(id);
      text = await ask.query(text, refused);
      if (!text) return;
      this.saver.addEventListener("refused", listen, { once: true });
      if (await this.saver.act("query", { p: id, rev, text })) refused = "";
      this.saver.removeEventListener("refused", listen);
    } while (refused);
  }

  /** @param {string} id */
  answered(id) {
    return this.saver.act("resolve", this.one(id));
  }

  /** @param {string} id */
  restore(id) {
    const { text: before, machine } = this.store.paragraphs.get(id) ?? { text: "" };
    /** @returns {Wanted} */
    const back = () => (this.history.unchanged([id], (p) => p.text === machine).length ? ["replace_all", () => ({ texts: { [id]: [this.rev(id), before] } })] : null);
    /** @returns {Wanted} */
    const forth = () => (this.history.unchanged([id], (p) => p.text === before).length ? ["restore", this.one(id)] : null);
    return this.history.did("the machine's text", forth, back);
  }
}
