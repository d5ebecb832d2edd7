// What the server told: paragraphs, cuts, the check list, the status. Others listen to it.
import { Emitter } from "./dom.js";

const WORD = /\S+/g;

export class Store extends Emitter {
  constructor() {
    super();
    this.paragraphs = new Map();
    this.order = [];
    this.items = new Map();
    this.cuts = [];
    this.holes = [];
    this.status = {};
    this.seq = -1;
    this.facts = {};
  }

  load(view) {
    const { paragraphs, order, all_items, cuts, status, seq, ...facts } = view;
    this.facts = facts;
    this.names = facts.people;
    this.apply(view);
  }

  // Take an answer in. `from` is the line it starts after; with a hole before it, the next poll fills the hole.
  apply(view, from = view.seq) {
    const touched = [];
    for (const one of view.paragraphs) {
      const known = this.paragraphs.get(one.id);
      if (known && known.rev > one.rev) continue;
      touched.push(one.id);
      this.paragraphs.set(one.id, one);
    }
    if (view.order) {
      this.order = view.order;
      const live = new Set(view.order);
      for (const id of this.paragraphs.keys()) if (!live.has(id)) this.paragraphs.delete(id);
    }
    if (view.all_items) this.items = new Map(view.all_items.map((item) => [item.id, item]));
    else {
      const ids = new Set(touched);
      for (const [id, item] of this.items) if (ids.has(item.p)) this.items.delete(id);
      for (const item of view.items || []) this.items.set(item.id, item);
      for (const id of view.closed || []) this.items.delete(id);
    }
    if (view.cuts) {
      this.cuts = view.cuts.map(([id, start, end, reason, by]) => ({ id, start, end, reason, by }));
      // What the audio leaves out: these, those of episode.toml, and the bare islands between them.
      this.holes = view.holes.map(([start, end]) => ({ start, end }));
    }
    this.status = view.status;
    if (this.seq < 0 || from <= this.seq + 1) this.seq = Math.max(this.seq, view.seq);
    this.emit("paragraphs", { touched, order: Boolean(view.order) });
    if (view.cuts) this.emit("cuts");
    this.emit("items");
    this.emit("status");
  }

  listed() {
    return this.order.map((id) => this.paragraphs.get(id)).filter(Boolean);
  }

  name(speaker) {
    return this.names[speaker] || speaker || "Nobody named";
  }

  place(id) {
    return this.order.indexOf(id);
  }

  // Where each word of a text stands: [start, end, start, end...]
  offsets(text) {
    const found = [];
    for (const match of text.matchAll(WORD)) found.push(match.index, match.index + match[0].length);
    return found;
  }

  // The word that is spoken at `ms`, or the last before it: {p, word}.
  at(ms) {
    const all = this.spoken();
    let [low, high] = [0, all.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (all[middle].start <= ms) low = middle;
      else high = middle - 1;
    }
    const p = all[low];
    if (!p || ms < p.start) return null;
    // Where two people talk at once, the one whose words reach further goes on.
    const before = low > 0 && all[low - 1].end > ms && p.end < ms ? all[low - 1] : p;
    const { times } = before;
    let [a, b] = [0, times.length / 2 - 1];
    while (a < b) {
      const middle = (a + b + 1) >> 1;
      if (times[2 * middle] <= ms) a = middle;
      else b = middle - 1;
    }
    return { p: before, word: a };
  }

  spoken() {
    if (this.cache !== this.paragraphs || this.cacheSeq !== this.seq) {
      this.cacheList = this.listed().filter((p) => p.times.length).sort((a, b) => a.start - b.start);
      [this.cache, this.cacheSeq] = [this.paragraphs, this.seq];
    }
    return this.cacheList;
  }

  // The words that a cut takes out, of one paragraph or of all.
  said(cut, among = this.listed()) {
    const taken = [];
    for (const p of among) {
      const offsets = cut.start < p.end && p.start < cut.end ? this.offsets(p.text) : [];
      for (let i = 0; i < offsets.length / 2; i += 1) {
        const middle = (p.times[2 * i] + p.times[2 * i + 1]) / 2;
        if (cut.start <= middle && middle < cut.end) taken.push(p.text.slice(offsets[2 * i], offsets[2 * i + 1]));
      }
    }
    return taken.join(" ");
  }

  isCut(start, end) {
    const middle = (start + end) / 2;
    return this.holes.some((hole) => hole.start <= middle && middle < hole.end);
  }

  // The check list, worst first.
  queue() {
    const order = this.facts.causes || [];
    const rank = (item) => order.indexOf(item.cause);
    return [...this.items.values()].sort((a, b) => rank(a) - rank(b) || a.start - b.start || (a.id < b.id ? -1 : 1));
  }
}
