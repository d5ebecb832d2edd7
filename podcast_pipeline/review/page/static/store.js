// What the server told: paragraphs, cuts, the check list, the status. Others listen to it.
import { Emitter } from "../../../loopback/static/dom.js";

/** @import { Cut, Span } from "../../../loopback/static/wave.js" */
/**
 * `words` are the first recognised word and the one after the last, `times` a start and an end for each word; `machine` is the machine's text where it differs.
 * @typedef {Span & { id: string, rev: number, speaker: string, text: string, words: [number, number], times: number[], machine?: string,
 *   state: "machine" | "edited" | "checked" | "query", by?: string, at?: string, query?: string, approximate?: boolean
 * }} Paragraph
 */
/**
 * A place of the check list: words `first` to `last` of paragraph `p`; or, where that is empty, `text` written at `place`.
 * @typedef {Span & { id: string, cause: string, must: boolean, p: string, first: number, last: number, say: string,
 *   same: string, suggestion?: string, place?: string, text?: string }} Item
 */
/** @typedef {{ name: string, at: string, void: string[], by?: string[], example?: boolean, missing?: string }} Signature */
/**
 * @typedef {{ paragraphs: number, checked: number, must: number, other: number, queries: number, cuts: number,
 *   cut_ms: number, heard: Record<string, number>, final: string, signoff: Signature | null, fault: string }} Status
 */
/**
 * What became of the recording in the finished programme, in samples; silence has no `src`.
 * @typedef {{ rate: number, pieces: { out: number, len: number, src: number | null }[] }} Timeline
 */
/**
 * What the server tells once; `precision` holds how often each cause was asked and led to a correction.
 * @typedef {{ slug: string, title: string, show: string, language: string, show_language: string, people: Record<string, string>, cast: string[], capacities: string[],
 *   causes: string[], precision: Record<string, [number, number]>, silent: string[], chapters: [number, string][],
 *   audio: string, peaks: boolean, final: string, timeline: Timeline | null, notes: string[],
 *   missing: [number, number][] }} Facts
 */
/**
 * What the server tells after a change.
 * @typedef {{ seq: number, opening?: string, paragraphs: Paragraph[], status: Status, order?: string[],
 *   all_items?: Item[], items?: Item[], closed?: string[], cuts?: [string, number, number, string, string][],
 *   holes?: [number, number][] }} Changes
 */
/**
 * The answer to an act: `done` is its line in the journal, `made` the cuts that it made.
 * @typedef {Changes & { done: number, made: string[] }} Done
 */

const WORD = /\S+/g;

/**
 * @extends {Emitter<{ paragraphs: { touched: string[], order: boolean }, cuts: undefined, items: undefined,
 *   status: undefined }>}
 */
export class Store extends Emitter {
  constructor() {
    super();
    /** @type {Map<string, Paragraph>} */
    this.paragraphs = new Map();
    /** @type {string[]} */
    this.order = [];
    /** @type {Map<string, Item>} */
    this.items = new Map();
    /** @type {Cut[]} */
    this.cuts = [];
    /** @type {Span[]} */
    this.holes = [];
    this.status = /** @type {Status} */ ({});
    this.seq = -1;
    /** @type {Record<string, number>} */
    this.taken = {}; // after which line an answer was made that last told of the order, the cuts, the whole list, the status
    this.facts = /** @type {Facts} */ ({});
    /** @type {Record<string, string>} */
    this.names = {};
    /** @type {Paragraph[]} */
    this.cacheList = [];
    this.cacheSeq = NaN;
  }

  // How elements that hold what people said differ from the page's own words, which are English.
  get speech() {
    return { lang: this.facts.language, dir: "auto" };
  }

  /** @param {Changes & Facts} view */
  load(view) {
    // deno-lint-ignore no-unused-vars -- what changes is kept by `apply`
    const { paragraphs, order, all_items, cuts, status, seq, ...facts } = view;
    this.facts = facts;
    this.names = facts.people;
    this.apply(view);
  }

  // Take an answer in. `from` is the line it starts after; with a hole before it, the next poll fills the hole.
  /** @param {Changes} view */
  apply(view, from = view.seq) {
    /** @param {string} part */
    const late = (part) => { // answers overtake each other: what an older one says of the whole is passed by
      if (view.seq < (this.taken[part] ?? -1)) return true;
      this.taken[part] = view.seq;
      return false;
    };
    const order = view.order && !late("order") ? view.order : null;
    if (order) this.order = order;
    const live = new Set(this.order);
    /** @type {string[]} */
    const touched = [];
    for (const paragraph of view.paragraphs) {
      const known = this.paragraphs.get(paragraph.id);
      // One that was joined away since stays away; one that is new comes with the order, now or at the next poll.
      if (!live.has(paragraph.id) || (known && known.rev > paragraph.rev)) continue;
      touched.push(paragraph.id);
      this.paragraphs.set(paragraph.id, paragraph);
    }
    for (const id of this.paragraphs.keys()) if (!live.has(id)) this.paragraphs.delete(id);
    const ids = new Set(touched);
    if (!view.all_items) {
      for (const [id, item] of this.items) if (ids.has(item.p)) this.items.delete(id);
      for (const item of view.items || []) if (ids.has(item.p)) this.items.set(item.id, item);
      for (const id of view.closed || []) this.items.delete(id);
    } else if (!late("items")) this.items = new Map(view.all_items.map((item) => [item.id, item]));
    if (view.cuts && !late("cuts")) {
      this.cuts = view.cuts.map(([id, start, end, reason, by]) => ({ id, start, end, reason, by }));
      // What the audio leaves out: these, those of episode.toml, and the bare islands between them.
      this.holes = (view.holes ?? []).map(([start, end]) => ({ start, end }));
    }
    if (!late("status")) this.status = view.status;
    this.cacheSeq = NaN;
    if (this.seq < 0 || from <= this.seq + 1) this.seq = Math.max(this.seq, view.seq);
    this.emit("paragraphs", { touched, order: Boolean(order) });
    if (view.cuts) this.emit("cuts");
    this.emit("items");
    this.emit("status");
  }

  /** @returns {Paragraph[]} */
  listed() {
    return this.order.flatMap((id) => this.paragraphs.get(id) ?? []);
  }

  /** @param {string} [speaker] */
  name(speaker) {
    return this.names[speaker ?? ""] || speaker || "Nobody named";
  }

  /** @param {string} id */
  place(id) {
    return this.order.indexOf(id);
  }

  // Where each word of a text stands: [start, end, start, end...]
  /** @param {string} text */
  offsets(text) {
    /** @type {number[]} */
    const offsets = [];
    for (const match of text.matchAll(WORD)) offsets.push(match.index, match.index + match[0].length);
    return offsets;
  }

  // The word that is spoken at `ms`, or the last before it: {p, word}.
  /** @param {number} ms */
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
    if (this.cacheSeq !== this.seq) {
      this.cacheList = this.listed().filter((p) => p.times.length).sort((a, b) => a.start - b.start);
      this.cacheSeq = this.seq;
    }
    return this.cacheList;
  }

  // The words that a cut takes out, of one paragraph or of all.
  /** @param {Span} cut */
  said(cut, among = this.listed()) {
    /** @type {string[]} */
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

  /** @param {number} start @param {number} end */
  isCut(start, end) {
    const middle = (start + end) / 2;
    return this.holes.some((hole) => hole.start <= middle && middle < hole.end);
  }

  // The check list, worst first.
  queue() {
    const order = this.facts.causes || [];
    /** @param {Item} item */
    const rank = (item) => order.indexOf(item.cause);
    return [...this.items.values()].sort((a, b) => rank(a) - rank(b) || a.start - b.start || (a.id < b.id ? -1 : 1));
  }
}
