// The transcript: one editable host per paragraph, one text node in each, marks laid over it near the window only.
import { Emitter, clock, el, hasBidi, icon } from "./dom.js";

const STATES = {
  machine: ["machine", "As the machine wrote it"],
  edited: ["edit", "Edited"],
  checked: ["check", "Checked"],
  query: ["query", "Open question"],
};
const MARKS = ["risk", "must", "item", "found", "cut", "spoken"];

export class Surface extends Emitter {
  constructor(root, store) {
    super();
    this.root = root;
    this.store = store;
    this.turns = new Map();
    this.near = new Set();
    this.active = "";
    this.following = true;
    this.marks = {};
    if (globalThis.CSS && CSS.highlights) {
      for (const [rank, name] of MARKS.entries()) {
        this.marks[name] = new Highlight();
        this.marks[name].priority = rank;
        CSS.highlights.set(name, this.marks[name]);
      }
    }
    this.watcher = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: "60% 0px" });
    root.addEventListener("beforeinput", (event) => this.before(event));
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("paste", (event) => this.paste(event));
    root.addEventListener("drop", (event) => event.preventDefault());
    root.addEventListener("focusin", (event) => this.entered(event));
    root.addEventListener("focusout", (event) => this.left(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("compositionend", (event) => this.typed(event));
    store.on("paragraphs", ({ touched, order }) => this.update(touched, order));
    store.on("cuts", () => this.repaint());
    store.on("items", () => this.repaint());
  }

  update(touched, order) {
    if (order) this.arrange();
    for (const id of touched) this.refresh(id);
  }

  // Put the turns into the order of the store, touching only what moved.
  arrange() {
    const { store, root } = this;
    const live = new Set(store.order);
    for (const [id, turn] of this.turns) {
      if (!live.has(id)) {
        this.unpaint(turn);
        this.watcher.unobserve(turn.root);
        turn.root.remove();
        this.turns.delete(id);
        this.near.delete(id);
      }
    }
    const chapters = [...(store.facts.chapters || [])];
    const headings = new Map();
    for (const paragraph of store.listed()) {
      const due = chapters.filter(([start]) => start <= paragraph.start + 500);
      if (due.length) {
        headings.set(paragraph.id, due.at(-1)[1]);
        chapters.splice(0, due.length);
      }
    }
    for (const old of root.querySelectorAll(":scope > h2")) old.remove();
    let cursor = root.firstChild;
    const fragment = this.turns.size === 0 ? document.createDocumentFragment() : null;
    for (const id of store.order) {
      if (headings.has(id)) {
        const title = el("h2", {}, headings.get(id));
        if (fragment) fragment.append(title);
        else root.insertBefore(title, cursor);
      }
      let turn = this.turns.get(id);
      if (!turn) {
        turn = this.make(store.paragraphs.get(id));
        if (fragment) fragment.append(turn.root);
        else root.insertBefore(turn.root, cursor);
      } else if (turn.root === cursor) cursor = cursor.nextSibling;
      else root.insertBefore(turn.root, cursor);
    }
    if (fragment) root.append(fragment);
    for (const turn of this.turns.values()) if (!turn.watched) this.watcher.observe(turn.root), (turn.watched = true);
    if (!this.active || !live.has(this.active)) this.rove(store.order[0] || "");
  }

  make(paragraph) {
    const who = el("button", { class: "who", type: "button", tabindex: "-1" });
    const time = el("button", { class: "time", type: "button", tabindex: "-1" });
    const state = el("button", { class: "state", type: "button", tabindex: "-1" });
    const text = el("p", { class: "text", role: "textbox", "aria-multiline": "true", tabindex: "-1", spellcheck: "true" });
    text.setAttribute("contenteditable", "plaintext-only");
    if (text.contentEditable !== "plaintext-only") text.setAttribute("contenteditable", "true");
    text.lang = document.documentElement.lang;
    const notes = el("div", { class: "notes" });
    const root = el("section", { class: "turn" }, el("header", {}, who, time, state), text, notes);
    root.dataset.id = paragraph.id;
    const turn = { id: paragraph.id, root, who, time, state, text, notes, dirty: false, ranges: [] };
    who.addEventListener("click", () => this.emit("speaker", turn.id));
    time.addEventListener("click", () => this.emit("play", { id: turn.id, word: 0 }));
    state.addEventListener("click", () => this.emit("toggle", turn.id));
    this.turns.set(paragraph.id, turn);
    this.refresh(paragraph.id);
    return turn;
  }

  refresh(id) {
    const [paragraph, turn] = [this.store.paragraphs.get(id), this.turns.get(id)];
    if (!paragraph || !turn) return;
    if (!turn.dirty && turn.text.textContent !== paragraph.text) {
      const caret = this.caret(turn);
      this.write(turn, paragraph.text);
      if (caret !== null) this.place(turn, Math.min(caret, paragraph.text.length));
    }
    const name = this.store.name(paragraph.speaker);
    const [picture, words] = STATES[paragraph.state];
    if (turn.shown !== `${name}|${paragraph.start}|${paragraph.state}`) {
      turn.shown = `${name}|${paragraph.start}|${paragraph.state}`;
      turn.who.textContent = name;
      turn.who.title = "Who says this?";
      turn.time.textContent = clock(paragraph.start);
      turn.time.setAttribute("aria-label", `Play from ${clock(paragraph.start)}`);
      turn.state.replaceChildren(icon(picture), el("span", {}, paragraph.state === "machine" ? "Machine" : words));
      turn.state.title = paragraph.state === "checked" ? "Checked: take it back" : "Mark as checked";
      turn.root.dataset.state = paragraph.state;
      turn.text.setAttribute("aria-label", `${name}, ${clock(paragraph.start)}, ${words.toLowerCase()}`);
    }
    this.annotate(turn, paragraph);
    if (this.near.has(id)) this.paint(turn);
  }

  annotate(turn, paragraph) {
    const notes = [];
    if (paragraph.query) {
      const answer = el("button", { type: "button", class: "plain", tabindex: "-1" }, "Answered");
      answer.addEventListener("click", () => this.emit("answered", turn.id));
      notes.push(el("p", { class: "note query" }, icon("query"), el("span", {}, paragraph.query), answer));
    }
    if (paragraph.approximate) notes.push(el("p", { class: "note" }, "Timing is approximate here."));
    if (hasBidi(paragraph.text)) notes.push(el("p", { class: "note warn" }, icon("alert"), "This text holds invisible characters that turn its direction."));
    if (!paragraph.text) notes.push(el("p", { class: "note" }, "All words were removed here."));
    if (notes.length || turn.notes.childElementCount) turn.notes.replaceChildren(...notes);
  }

  write(turn, text) {
    this.unpaint(turn);
    turn.text.replaceChildren(text ? document.createTextNode(text) : "");
  }

  // -- marks ---------------------------------------------------------------------------------------------------------

  seen(entries) {
    for (const entry of entries) {
      const turn = this.turns.get(entry.target.dataset.id);
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
    for (const id of this.near) this.paint(this.turns.get(id));
  }

  paint(turn) {
    if (!turn) return;
    this.unpaint(turn);
    const [paragraph, node] = [this.store.paragraphs.get(turn.id), turn.text.firstChild];
    if (!paragraph || turn.dirty || !node || node.data !== paragraph.text) return;
    const offsets = this.store.offsets(paragraph.text);
    const add = (name, first, last) => {
      const [start, end] = [offsets[2 * first], offsets[2 * last + 1]];
      if (!this.marks[name] || end === undefined) return;
      const range = new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end });
      this.marks[name].add(range);
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
    const more = cut ? `, ${cut} words cut` : "";
    const label = turn.text.getAttribute("aria-label").replace(/, \d+ words cut$/, "");
    turn.text.setAttribute("aria-label", label + more);
  }

  unpaint(turn) {
    for (const [name, range] of turn.ranges) this.marks[name].delete(range);
    turn.ranges = [];
  }

  focusItem(item) {
    const before = this.current;
    this.current = item;
    if (before) this.paint(this.turns.get(before.p));
    if (item) {
      this.paint(this.turns.get(item.p));
      // On a small screen the card shows the words around; the text stays where it is.
      if (!matchMedia("(max-width: 62rem)").matches) this.show(item.p);
    }
  }

  found(hits) {
    this.marks.found?.clear();
    for (const { id, start, end } of hits.slice(0, 500)) {
      const node = this.turns.get(id)?.text.firstChild;
      if (node && end <= node.data.length) {
        this.marks.found?.add(new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
      }
    }
  }

  // The word that is heard now: one mark, moved only when the word changes.
  speak(place) {
    const key = place ? `${place.p.id}/${place.word}/${place.p.rev}` : "";
    if (key === this.spoken) return;
    this.spoken = key;
    this.marks.spoken?.clear();
    const turn = place && this.turns.get(place.p.id);
    if (this.speaking !== turn) {
      this.speaking?.root.classList.remove("now");
      turn?.root.classList.add("now");
      this.speaking = turn;
      if (turn && this.following && !this.root.contains(document.activeElement)) this.show(turn.id);
    }
    const node = turn?.text.firstChild;
    if (!node || turn.dirty) return;
    const offsets = this.store.offsets(place.p.text);
    const [start, end] = [offsets[2 * place.word], offsets[2 * place.word + 1]];
    if (end <= node.data.length) {
      this.marks.spoken?.add(new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
    }
  }

  show(id) {
    const turn = this.turns.get(id);
    if (!turn) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = turn.root.getBoundingClientRect();
    if (box.top > 150 && box.bottom < innerHeight - 170) return;
    turn.root.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }

  // -- caret ---------------------------------------------------------------------------------------------------------

  turnOf(node) {
    const root = node instanceof Node && (node.nodeType === 1 ? node : node.parentElement)?.closest(".turn");
    return root ? this.turns.get(root.dataset.id) : undefined;
  }

  caret(turn) {
    const selection = getSelection();
    if (!selection.rangeCount || !turn.text.contains(selection.focusNode)) return null;
    const range = document.createRange();
    range.selectNodeContents(turn.text);
    range.setEnd(selection.focusNode, selection.focusOffset);
    return range.toString().length;
  }

  selected(turn) {
    const selection = getSelection();
    if (!selection.rangeCount) return null;
    const whole = selection.getRangeAt(0);
    if (!turn.text.contains(whole.startContainer) || !turn.text.contains(whole.endContainer)) return null;
    const range = document.createRange();
    range.selectNodeContents(turn.text);
    range.setEnd(whole.startContainer, whole.startOffset);
    const start = range.toString().length;
    return [start, start + whole.toString().length];
  }

  place(turn, offset) {
    turn.text.focus({ preventScroll: true });
    const node = turn.text.firstChild;
    if (node) getSelection().collapse(node, Math.min(offset, node.data.length));
  }

  // The words that a selection touches; the word at the caret where nothing is selected.
  wordsAt(turn) {
    const span = this.selected(turn);
    if (!span) return null;
    const offsets = this.store.offsets(turn.text.textContent);
    let [first, last] = [-1, -1];
    for (let word = 0; word < offsets.length / 2; word += 1) {
      const [start, end] = [offsets[2 * word], offsets[2 * word + 1]];
      const inside = span[0] === span[1] ? start <= span[0] && span[0] <= end : start < span[1] && span[0] < end;
      if (inside && first < 0) first = word;
      if (inside) last = word;
    }
    return first < 0 ? null : [first, last];
  }

  // The same for a menu, which has taken the selection's focus: the last one is remembered.
  lastWords(turn) {
    return this.wordsAt(turn) || (this.kept?.id === turn.id ? this.kept.words : null);
  }

  rove(id) {
    const before = this.turns.get(this.active);
    this.active = id;
    for (const part of before ? [before.text, before.who, before.time, before.state] : []) part.tabIndex = -1;
    const turn = this.turns.get(id);
    for (const part of turn ? [turn.text, turn.who, turn.time, turn.state] : []) part.tabIndex = 0;
  }

  current_turn() {
    return this.turns.get(this.active);
  }

  step(by) {
    const place = this.store.place(this.active);
    const id = this.store.order[place + by];
    if (!id) return;
    this.place(this.turns.get(id), 0);
    this.show(id);
  }

  // -- editing -------------------------------------------------------------------------------------------------------

  entered(event) {
    const turn = this.turnOf(event.target);
    if (turn && turn.id !== this.active) this.rove(turn.id);
  }

  left(event) {
    const turn = this.turnOf(event.target);
    if (!turn || event.target !== turn.text) return;
    this.kept = { id: turn.id, words: this.wordsAt(turn) };
    const tidy = turn.text.textContent.replace(/\s+/g, " ");
    if (turn.text.childNodes.length > 1 || tidy !== turn.text.textContent) {
      this.write(turn, tidy);
      if (turn.dirty) this.emit("typed", { id: turn.id, text: tidy });
    }
    if (turn.dirty) this.emit("blur", turn.id);
  }

  clicked(event) {
    const turn = this.turnOf(event.target);
    if (!turn || event.target !== turn.text || !getSelection().isCollapsed) return;
    const words = this.wordsAt(turn);
    if (words) this.emit("seek", { id: turn.id, word: words[0] });
  }

  before(event) {
    const turn = this.turnOf(event.target);
    if (!turn || event.isComposing) return;
    const kind = event.inputType;
    if (kind === "insertParagraph" || kind === "insertLineBreak") {
      event.preventDefault();
      this.emit("split", { id: turn.id, at: this.caret(turn) });
    } else if (kind === "historyUndo" || kind === "historyRedo") {
      event.preventDefault();
      this.emit(kind === "historyUndo" ? "undo" : "redo");
    } else if (kind === "deleteContentBackward" || kind === "deleteContentForward") {
      const span = this.selected(turn);
      const length = turn.text.textContent.length;
      if (span && span[0] === span[1]) {
        if (kind === "deleteContentBackward" && span[0] === 0) event.preventDefault(), this.emit("merge", { id: turn.id, by: -1 });
        if (kind === "deleteContentForward" && span[0] === length) event.preventDefault(), this.emit("merge", { id: turn.id, by: 1 });
      }
    } else if (kind.startsWith("format") || kind === "insertFromDrop" || kind === "insertFromPaste") {
      event.preventDefault();
    }
    this.then = turn.text.textContent;
  }

  typed(event) {
    const turn = this.turnOf(event.target);
    if (!turn || event.isComposing) return;
    const text = turn.text.textContent.replace(/[\n\t\u00a0]/g, " ");
    this.unpaint(turn);
    turn.dirty = true;
    this.emit("typed", { id: turn.id, text });
  }

  paste(event) {
    const turn = this.turnOf(event.target);
    if (!turn) return;
    event.preventDefault();
    // eslint-disable-next-line no-control-regex
    const text = event.clipboardData.getData("text/plain").replace(/\s+/g, " ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
    const span = this.selected(turn);
    if (!text || !span) return;
    const old = turn.text.textContent;
    this.put(turn, old.slice(0, span[0]) + text + old.slice(span[1]), span[0] + text.length);
  }

  // Change a text by program, as if it had been typed.
  put(turn, text, caret = null) {
    this.write(turn, text);
    turn.dirty = true;
    if (caret !== null) this.place(turn, caret);
    this.emit("typed", { id: turn.id, text });
  }

  clean(id) {
    const turn = this.turns.get(id);
    if (!turn) return;
    turn.dirty = false;
    if (this.near.has(id)) this.paint(turn);
  }
}
