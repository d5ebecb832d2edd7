// Commands on whole paragraphs: part, join, check, name the speaker, ask, go back to the machine's text.
import { place } from "./caret.js";
import { count } from "./dom.js";
import * as ask from "./dialogs.js";

export class Paragraphs {
  constructor({ store, saver, surface, history, player }) {
    Object.assign(this, { store, saver, surface, history, player });
  }

  rev(id) {
    return this.store.paragraphs.get(id).rev;
  }

  // A paragraph, or several, with the revisions that are seen here, at the moment of asking.
  one(id, more = {}) {
    return () => ({ p: id, rev: this.rev(id), ...more });
  }

  several(ids, more = {}) {
    return () => ({ ps: Object.fromEntries(ids.map((id) => [id, this.rev(id)])), ...more });
  }

  pair(id, next) {
    return () => ({ p: id, rev: this.rev(id), next, next_rev: this.rev(next) });
  }

  async split({ id, at }) {
    performance.mark("split");
    const { store, surface } = this;
    const text = surface.turns.get(id).text.textContent;
    // A word is not parted: all of it goes to the new paragraph.
    while (at > 0 && /\S/.test(text[at - 1]) && /\S/.test(text[at] ?? " ")) at -= 1;
    if (!text.slice(0, at).trim() || !text.slice(at).trim()) return;
    const next = () => store.order[store.place(id) + 1];
    const view = await this.history.did("a new paragraph", () => ["split", this.one(id, { offset: at })],
      (done) => (done && next() ? ["merge", this.pair(id, next())] : null));
    if (view) {
      place(surface.turns.get(next()), 0);
      performance.measure("split done", "split");
    }
  }

  async merge({ id, by }) {
    const { store, surface } = this;
    const where = store.place(id);
    const [one, two] = by < 0 ? [store.order[where - 1], id] : [id, store.order[where + 1]];
    if (!one || !two) return;
    await this.saver.flush();
    performance.mark("merge");
    const at = store.paragraphs.get(one).text.length;
    const view = await this.history.did("joining two paragraphs", () => ["merge", this.pair(one, two)], () => ["split", this.one(one, { offset: at })]);
    if (view) {
      place(surface.turns.get(one), at ? at + 1 : 0);
      performance.measure("merge done", "merge");
    }
  }

  toggle(id) {
    const on = this.store.paragraphs.get(id).state !== "checked";
    const [forth, back] = on ? ["check", "uncheck"] : ["uncheck", "check"];
    return this.history.did(on ? "checking" : "taking a check back", () => [forth, this.several([id])], () => [back, this.several([id])]);
  }

  async checkAndGo(turn) {
    if (!turn) return;
    if (this.store.paragraphs.get(turn.id).state !== "checked") await this.toggle(turn.id);
    this.surface.step(1);
  }

  checkAll() {
    const { store } = this;
    const ids = store.order.slice(0, store.place(this.surface.active) + 1).filter((id) => ["machine", "edited"].includes(store.paragraphs.get(id).state));
    if (ids.length) this.history.did(`checking ${count(ids.length, "paragraph")}`, () => ["check", this.several(ids)], () => ["uncheck", this.several(ids)]);
  }

  async speaker(id) {
    const { store } = this;
    const answer = await ask.speaker(store, this.player, id);
    const old = store.paragraphs.get(id).speaker;
    if (!answer?.to || answer.to === old) return;
    const said = (ids) => ids.filter((one) => store.paragraphs.get(one).speaker === old);
    const ids = answer.scope === "turn" ? [id] : said(store.order.slice(answer.scope === "all" ? 0 : store.place(id)));
    const set = (speaker) => () => ["speaker", this.several(ids, { speaker })];
    const forth = answer.scope === "all" ? () => ["speaker_rename", { from: old, to: answer.to }] : set(answer.to);
    await this.history.did(answer.scope === "all" ? "a speaker's name" : "a speaker", forth, set(old));
  }

  async query(id) {
    const text = await ask.query(this.store.paragraphs.get(id).query);
    if (text) await this.saver.act("query", this.one(id, { text }));
  }

  answered(id) {
    return this.saver.act("resolve", this.one(id));
  }

  restore(id) {
    const before = this.store.paragraphs.get(id).text;
    return this.history.did("the machine's text", () => ["restore", this.one(id)], () => ["replace_all", () => ({ texts: { [id]: [this.rev(id), before] } })]);
  }
}
