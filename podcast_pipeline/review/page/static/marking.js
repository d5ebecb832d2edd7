// Marks laid over the text: what may be wrong, what was found, what is cut, what is heard; near the window only.

import { node } from "./caret.js";
import { count, el, icon } from "../../../loopback/static/dom.js";

/** @import { Item, Paragraph, Store } from "./store.js" */
/** @import { Span } from "../../../loopback/static/wave.js" */
/** @import { Surface, Turn } from "./surface.js" */
/** @typedef {typeof MARKS[number]} Mark */

const MARKS = /** @type {const} */ (["risk", "must", "item", "found", "cut", "spoken"]);

export class Marking {
  /** @param {Surface} surface @param {Store} store */
  constructor(surface, store) {
    this.surface = surface;
    this.store = store;
    /** @type {Set<string>} */
    this.near = new Set();
    /** @type {Partial<Record<Mark, Highlight>>} */
    this.ranges = {};
    /** @type {Item | null} */
    this.current = null;
    /** @type {Map<string, Item[]>} */
    this.risky = new Map();
    /** @type {Turn | undefined} */
    this.speaking = undefined;
    this.spoken = "";
    if (globalThis.CSS && CSS.highlights) {
      for (const [rank, name] of MARKS.entries()) {
        const range = new Highlight();
        range.priority = rank;
        this.ranges[name] = range;
        CSS.highlights.set(name, range);
      }
    }
    this.watcher = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: "60% 0px" });
    store.on("cuts", () => this.repaint());
    store.on("items", () => this.repaint());
  }

  /** @param {Turn} turn */
  watch(turn) {
    this.watcher.observe(turn.root);
  }

  /** @param {Turn} turn */
  forget(turn) {
    this.unpaint(turn);
    this.watcher.unobserve(turn.root);
    this.near.delete(turn.id);
  }

  // A paragraph that is drawn gets its marks anew.
  /** @param {Turn} turn */
  refresh(turn) {
    if (this.near.has(turn.id)) this.paint(turn);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  seen(entries) {
    for (const entry of entries) {
      const turn = this.surface.turns.get(/** @type {HTMLElement} */ (entry.target).dataset.id ?? "");
      if (!turn) continue;
      if (entry.isIntersecting) {
        this.near.add(turn.id);
        this.paint(turn);
      } else {
        this.near.delete(turn.id);
        this.unpaint(turn);
      }
    }
  }

  repaint() {
    /** @type {Map<string, Item[]>} */
    const byParagraph = new Map();
    for (const item of this.store.items.values()) {
      const among = byParagraph.get(item.p);
      if (among) among.push(item);
      else byParagraph.set(item.p, [item]);
    }
    this.risky = byParagraph;
    for (const id of this.near) this.paint(this.surface.turns.get(id));
  }

  /** @param {Turn} [turn] */
  paint(turn) {
    if (!turn) return;
    this.unpaint(turn);
    const [paragraph, text] = [this.store.paragraphs.get(turn.id), node(turn)];
    if (!paragraph || turn.dirty || !text || text.data !== paragraph.text) return;
    const offsets = this.store.offsets(paragraph.text);
    /** @param {Mark} name @param {number} first @param {number} last */
    const add = (name, first, last) => {
      const [start, end] = [offsets[2 * first], offsets[2 * last + 1]];
      if (!this.ranges[name] || end === undefined) return;
      const range = new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end });
      this.ranges[name].add(range);
      turn.ranges.push([name, range]);
    };
    const items = this.risky.get(turn.id) || [];
    for (const item of items) add(item.must ? "must" : "risk", item.first, item.last);
    if (this.current?.p === turn.id) add("item", this.current.first, this.current.last);
    let cut = 0;
    const { times } = paragraph;
    for (let word = 0; word < times.length / 2; word += 1) {
      if (this.store.holes.length && this.store.isCut(times[2 * word], times[2 * word + 1])) {
        let last = word;
        while (last + 1 < times.length / 2 && this.store.isCut(times[2 * last + 2], times[2 * last + 3])) last += 1;
        add("cut", word, last);
        cut += last - word + 1;
        word = last;
      }
    }
    turn.root.dataset.risk = items.some((item) => item.must) ? "must" : items.length ? "risk" : "";
    turn.root.dataset.cut = cut ? (cut === times.length / 2 ? "all" : "part") : "";
    this.flag(turn, items, cut);
    const more = cut ? `, ${cut} words cut` : "";
    const label = (turn.text.getAttribute("aria-label") ?? "").replace(/, \d+ words cut$/, "");
    turn.text.setAttribute("aria-label", label + more);
  }

  // What the colours say, said in words beside the name.
  /** @param {Turn} turn @param {Item[]} items @param {number} cut */
  flag(turn, items, cut) {
    const said = `${items.length}/${cut}`;
    if (turn.flagged === said) return;
    turn.flagged = said;
    const must = items.some((item) => item.must);
    turn.flags.replaceChildren();
    if (items.length) turn.flags.append(el("span", { class: must ? "must" : "risk" }, icon(must ? "alert" : "query"), `${items.length} to check`));
    if (cut) turn.flags.append(el("span", { class: "cut" }, icon("cut"), `${count(cut, "word")} cut`));
  }

  /** @param {Turn} turn */
  unpaint(turn) {
    for (const [name, range] of turn.ranges) this.ranges[name]?.delete(range);
    turn.ranges = [];
  }

  /** @param {Item | null} item */
  focusItem(item) {
    const before = this.current;
    this.current = item;
    if (before) this.paint(this.surface.turns.get(before.p));
    if (item) {
      this.paint(this.surface.turns.get(item.p));
      // On a small screen the card shows the words around; the text stays where it is.
      if (!matchMedia("(max-width: 62rem)").matches) this.surface.show(item.p);
    }
  }

  /** @param {(Span & { id: string })[]} hits - places in characters */
  found(hits) {
    this.ranges.found?.clear();
    for (const { id, start, end } of hits.slice(0, 500)) {
      const turn = this.surface.turns.get(id);
      const text = turn && node(turn);
      if (text && end <= text.data.length) {
        this.ranges.found?.add(new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end }));
      }
    }
  }

  // The word that is heard now: one mark, moved only when the word changes.
  /** @param {{ p: Paragraph, word: number } | null} place */
  speak(place) {
    const key = place ? `${place.p.id}/${place.word}/${place.p.rev}` : "";
    if (key === this.spoken) return;
    this.spoken = key;
    this.ranges.spoken?.clear();
    const turn = place ? this.surface.turns.get(place.p.id) : undefined;
    if (this.speaking !== turn) {
      this.speaking?.root.classList.remove("now");
      turn?.root.classList.add("now");
      this.speaking = turn;
      if (turn && this.surface.following && !this.surface.root.contains(document.activeElement)) this.surface.show(turn.id);
    }
    const text = turn && node(turn);
    if (!place || !text || turn.dirty) return;
    const offsets = this.store.offsets(place.p.text);
    const [start, end] = [offsets[2 * place.word], offsets[2 * place.word + 1]];
    if (end <= text.data.length) {
      this.ranges.spoken?.add(new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end }));
    }
  }
}
