// The transcript: one editable host per paragraph, one text node in each, marks laid over it near the window only.
import * as at from "./caret.js";
import { Emitter, announce, clock, el, hasBidi, icon } from "../../../loopback/static/dom.js";
import { Input } from "./input.js";
import { Marking } from "./marking.js";

/** @import { Paragraph, Store } from "./store.js" */
/**
 * The elements of a paragraph; `shown` and `flagged` are what was last written into them.
 * @typedef {{ id: string, root: HTMLElement, who: HTMLButtonElement, time: HTMLButtonElement, state: HTMLButtonElement,
 *   flags: HTMLElement, text: HTMLElement, notes: HTMLElement, dirty: boolean, ranges: [Mark, StaticRange][],
 *   watched?: boolean, shown?: string, flagged?: string }} Turn
 */
/** @import { Mark } from "./marking.js" */
/** @typedef {{ id: string, word: number }} Place */

// A telephone: no room for a keyboard and the text; there it is read, heard and asked about.
const PHONE = matchMedia("(hover: none) and (pointer: coarse) and (max-width: 62rem)");

/** @type {Record<Paragraph["state"], ["machine" | "edit" | "check" | "query", string]>} */
const STATES = {
  machine: ["machine", "As the machine wrote it"],
  edited: ["edit", "Edited"],
  checked: ["check", "Checked"],
  query: ["query", "Open question"],
};

/**
 * @extends {Emitter<{ typed: { id: string, text: string }, blur: string, seek: Place, play: Place, toggle: string,
 *   split: { id: string, at: number }, merge: { id: string, by: number }, answered: string, speaker: string,
 *   undo: undefined, redo: undefined }>}
 */
export class Surface extends Emitter {
  /** @param {HTMLElement} root @param {Store} store */
  constructor(root, store) {
    super();
    this.root = root;
    this.store = store;
    /** @type {Map<string, Turn>} */
    this.turns = new Map();
    this.active = "";
    this.following = true;
    /** @type {{ id: string, words: [number, number] | null } | null} */
    this.kept = null;
    this.marks = new Marking(this, store);
    this.input = new Input(this);
    PHONE.addEventListener("change", () => { for (const turn of this.turns.values()) this.unlock(turn.text); });
    store.on("paragraphs", ({ touched, order }) => this.update(touched, order));
  }

  /** @param {string[]} touched @param {boolean} order */
  update(touched, order) {
    if (order) this.arrange();
    for (const id of touched) this.refresh(id);
  }

  // Put the turns into the order of the store, touching only what moved.
  arrange() {
    const { store, root } = this;
    const live = new Set(store.order);
    const left = this.leaving(live);
    for (const [id, turn] of this.turns) {
      if (!live.has(id)) {
        this.marks.forget(turn);
        turn.root.remove();
        this.turns.delete(id);
      }
    }
    const chapters = [...(store.facts.chapters || [])];
    const headings = new Map();
    for (const paragraph of store.listed()) {
      const due = chapters.filter(([start]) => start <= paragraph.start + 500);
      if (due.length) {
        headings.set(paragraph.id, due[due.length - 1][1]);
        chapters.splice(0, due.length);
      }
    }
    for (const old of root.querySelectorAll(":scope > h2")) old.remove();
    /** @type {ChildNode | null} */
    let cursor = root.firstChild;
    const fragment = this.turns.size === 0 ? document.createDocumentFragment() : null;
    for (const id of store.order) {
      const paragraph = store.paragraphs.get(id);
      if (!paragraph) continue;
      if (headings.has(id)) {
        const title = el("h2", { lang: store.facts.show_language }, headings.get(id));
        if (fragment) fragment.append(title);
        else root.insertBefore(title, cursor);
      }
      let turn = this.turns.get(id);
      if (!turn) {
        turn = this.make(paragraph);
        if (fragment) fragment.append(turn.root);
        else root.insertBefore(turn.root, cursor);
      } else if (turn.root === cursor) cursor = cursor.nextSibling;
      else root.insertBefore(turn.root, cursor);
    }
    if (fragment) root.append(fragment);
    for (const turn of this.turns.values()) {
      if (!turn.watched) this.marks.watch(turn);
      turn.watched = true;
    }
    if (!this.active || !live.has(this.active)) this.rove(left || store.order[0] || "");
    if (!left) return;
    // Whoever was in it goes on from there by Tab; what is typed now must not go into another paragraph unseen.
    root.focus({ preventScroll: true });
    announce("This paragraph was joined with the one before it.");
  }

  // The paragraph before the one that has the focus and is not there any more; "" where none of that is so.
  /** @param {Set<string>} live */
  leaving(live) {
    const turn = this.turnOf(document.activeElement);
    if (!turn || live.has(turn.id)) return "";
    let before = turn.root.previousElementSibling;
    while (before && !live.has(this.turnOf(before)?.id ?? "")) before = before.previousElementSibling;
    return this.turnOf(before)?.id ?? "";
  }

  /** @param {Paragraph} paragraph */
  make(paragraph) {
    const who = el("button", { class: "who", type: "button", tabindex: "-1" });
    const time = el("button", { class: "time", type: "button", tabindex: "-1" });
    const state = el("button", { class: "state", type: "button", tabindex: "-1" });
    const flags = el("span", { class: "flags", "aria-hidden": "true" });
    const text = el("p", { ...this.store.speech, class: "text", role: "textbox", "aria-multiline": "true", tabindex: "-1", spellcheck: "true" });
    this.unlock(text);
    const notes = el("div", { class: "notes" });
    const root = el("section", { class: "turn" }, el("header", {}, who, time, state, flags), text, notes);
    root.dataset.id = paragraph.id;
    /** @type {Turn} */
    const turn = { id: paragraph.id, root, who, time, state, flags, text, notes, dirty: false, ranges: [] };
    who.addEventListener("click", () => this.emit("speaker", turn.id));
    time.addEventListener("click", () => this.emit("play", { id: turn.id, word: 0 }));
    state.addEventListener("click", () => this.emit("toggle", turn.id));
    this.turns.set(paragraph.id, turn);
    this.refresh(paragraph.id);
    return turn;
  }

  get readonly() {
    return PHONE.matches;
  }

  /** @param {HTMLElement} text */
  unlock(text) {
    text.setAttribute("contenteditable", this.readonly ? "false" : "plaintext-only");
    if (!this.readonly && text.contentEditable !== "plaintext-only") text.setAttribute("contenteditable", "true");
    text.setAttribute("aria-readonly", String(this.readonly));
  }

  /** @param {string} id */
  refresh(id) {
    const [paragraph, turn] = [this.store.paragraphs.get(id), this.turns.get(id)];
    if (!paragraph || !turn) return;
    if (!turn.dirty && turn.text.textContent !== paragraph.text) {
      const caret = at.caret(turn);
      this.write(turn, paragraph.text);
      if (caret !== null) at.place(turn, Math.min(caret, paragraph.text.length));
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
    this.marks.refresh(turn);
  }

  /** @param {Turn} turn @param {Paragraph} paragraph */
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

  /** @param {Turn} turn @param {string} text */
  write(turn, text) {
    this.marks.unpaint(turn);
    turn.text.replaceChildren(text ? document.createTextNode(text) : "");
  }

  /** @param {string} id */
  show(id) {
    const turn = this.turns.get(id);
    if (!turn) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = turn.root.getBoundingClientRect();
    if (box.top > 150 && box.bottom < innerHeight - 170) return;
    turn.root.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }

  /** @param {EventTarget | null} node */
  turnOf(node) {
    const element = node instanceof Element ? node : node instanceof Node ? node.parentElement : null;
    const root = element?.closest(".turn");
    return root instanceof HTMLElement ? this.turns.get(root.dataset.id ?? "") : undefined;
  }

  // The words that a selection touches; the word at the caret where nothing is selected.
  /** @param {Turn} turn */
  words(turn) {
    return at.wordsAt(turn, this.store.offsets(turn.text.textContent));
  }

  // The same for a menu, which has taken the selection's focus: the last one is remembered.
  /** @param {Turn} turn */
  lastWords(turn) {
    return this.words(turn) || (this.kept?.id === turn.id ? this.kept.words : null);
  }

  /** @param {string} id */
  rove(id) {
    const before = this.turns.get(this.active);
    this.active = id;
    for (const part of before ? [before.text, before.who, before.time, before.state] : []) part.tabIndex = -1;
    const turn = this.turns.get(id);
    for (const part of turn ? [turn.text, turn.who, turn.time, turn.state] : []) part.tabIndex = 0;
  }

  currentTurn() {
    return this.turns.get(this.active);
  }

  /** @param {number} by */
  step(by) {
    const place = this.store.place(this.active);
    const id = this.store.order[place + by];
    if (!id) return;
    const turn = this.turns.get(id);
    if (turn) at.place(turn, 0);
    this.show(id);
  }

  // Change a text by program, as if it had been typed.
  /** @param {Turn} turn @param {string} text @param {number | null} caret */
  put(turn, text, caret = null) {
    this.write(turn, text);
    turn.dirty = true;
    if (caret !== null) at.place(turn, caret);
    this.emit("typed", { id: turn.id, text });
  }

  // A text that is shown and not saved, without being typed.
  /** @param {Turn} turn @param {string} text */
  mark(turn, text) {
    this.write(turn, text);
    turn.dirty = true;
  }

  /** @param {string} id */
  clean(id) {
    const turn = this.turns.get(id);
    if (!turn) return;
    turn.dirty = false;
    this.refresh(id);
  }
}
