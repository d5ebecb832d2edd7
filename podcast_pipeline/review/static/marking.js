// Marks laid over the text: what may be wrong, what was found, what is cut, what is heard; near the window only.

import { count, el, icon } from "./dom.js";

const MARKS = ["risk", "must", "item", "found", "cut", "spoken"];

export class Marking {
  constructor(surface, store) {
    Object.assign(this, { surface, store, near: new Set(), ranges: {} });
    if (globalThis.CSS && CSS.highlights) {
      for (const [rank, name] of MARKS.entries()) {
        this.ranges[name] = new Highlight();
        this.ranges[name].priority = rank;
        CSS.highlights.set(name, this.ranges[name]);
      }
    }
    this.watcher = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: "60% 0px" });
    store.on("cuts", () => this.repaint());
    store.on("items", () => this.repaint());
  }

  watch(turn) {
    this.watcher.observe(turn.root);
  }

  forget(turn) {
    this.unpaint(turn);
    this.watcher.unobserve(turn.root);
    this.near.delete(turn.id);
  }

  // A paragraph that is drawn gets its marks anew.
  refresh(turn) {
    if (this.near.has(turn.id)) this.paint(turn);
  }

  seen(entries) {
    for (const entry of entries) {
      const turn = this.surface.turns.get(entry.target.dataset.id);
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
    const byParagraph = new Map();
    for (const item of this.store.items.values()) {
      if (!byParagraph.has(item.p)) byParagraph.set(item.p, []);
      byParagraph.get(item.p).push(item);
    }
    this.risky = byParagraph;
    for (const id of this.near) this.paint(this.surface.turns.get(id));
  }

  paint(turn) {
    if (!turn) return;
    this.unpaint(turn);
    const [paragraph, node] = [this.store.paragraphs.get(turn.id), turn.text.firstChild];
    if (!paragraph || turn.dirty || !node || node.data !== paragraph.text) return;
    const offsets = this.store.offsets(paragraph.text);
    const add = (name, first, last) => {
      const [start, end] = [offsets[2 * first], offsets[2 * last + 1]];
      if (!this.ranges[name] || end === undefined) return;
      const range = new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end });
      this.ranges[name].add(range);
      turn.ranges.push([name, range]);
    };
    const items = this.risky?.get(turn.id) || [];
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
    const label = turn.text.getAttribute("aria-label").replace(/, \d+ words cut$/, "");
    turn.text.setAttribute("aria-label", label + more);
  }

  // What the colours say, said in words beside the name.
  flag(turn, items, cut) {
    const said = `${items.length}/${cut}`;
    if (turn.flagged === said) return;
    turn.flagged = said;
    const must = items.some((item) => item.must);
    turn.flags.replaceChildren(...[
      items.length && el("span", { class: must ? "must" : "risk" }, icon(must ? "alert" : "query"), `${items.length} to check`),
      cut && el("span", { class: "cut" }, icon("cut"), `${count(cut, "word")} cut`),
    ].filter(Boolean));
  }

  unpaint(turn) {
    for (const [name, range] of turn.ranges) this.ranges[name].delete(range);
    turn.ranges = [];
  }

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

  found(hits) {
    this.ranges.found?.clear();
    for (const { id, start, end } of hits.slice(0, 500)) {
      const node = this.surface.turns.get(id)?.text.firstChild;
      if (node && end <= node.data.length) {
        this.ranges.found?.add(new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
      }
    }
  }

  // The word that is heard now: one mark, moved only when the word changes.
  speak(place) {
    const key = place ? `${place.p.id}/${place.word}/${place.p.rev}` : "";
    if (key === this.spoken) return;
    this.spoken = key;
    this.ranges.spoken?.clear();
    const turn = place && this.surface.turns.get(place.p.id);
    if (this.speaking !== turn) {
      this.speaking?.root.classList.remove("now");
      turn?.root.classList.add("now");
      this.speaking = turn;
      if (turn && this.surface.following && !this.surface.root.contains(document.activeElement)) this.surface.show(turn.id);
    }
    const node = turn?.text.firstChild;
    if (!node || turn.dirty) return;
    const offsets = this.store.offsets(place.p.text);
    const [start, end] = [offsets[2 * place.word], offsets[2 * place.word + 1]];
    if (end <= node.data.length) {
      this.ranges.spoken?.add(new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
    }
  }
}
