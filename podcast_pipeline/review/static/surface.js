// The transcript: one editable host per paragraph, one text node in each, marks laid over it near the window only.
import * as at from "./caret.js";
import { Emitter, clock, el, hasBidi, icon } from "./dom.js";
import { Marking } from "./marking.js";

// A telephone: no room for a keyboard and the text; there it is read, heard and asked about.
const PHONE = matchMedia("(hover: none) and (pointer: coarse) and (max-width: 62rem)");

const STATES = {
  machine: ["machine", "As the machine wrote it"],
  edited: ["edit", "Edited"],
  checked: ["check", "Checked"],
  query: ["query", "Open question"],
};

export class Surface extends Emitter {
  constructor(root, store) {
    super();
    this.root = root;
    this.store = store;
    this.turns = new Map();
    this.active = "";
    this.following = true;
    this.marks = new Marking(this, store);
    root.addEventListener("beforeinput", (event) => this.before(event));
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("paste", (event) => this.paste(event));
    root.addEventListener("drop", (event) => event.preventDefault());
    root.addEventListener("focusin", (event) => this.entered(event));
    root.addEventListener("focusout", (event) => this.left(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("compositionend", (event) => this.typed(event));
    PHONE.addEventListener("change", () => { for (const turn of this.turns.values()) this.unlock(turn.text); });
    store.on("paragraphs", ({ touched, order }) => this.update(touched, order));
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
    for (const turn of this.turns.values()) if (!turn.watched) this.marks.watch(turn), (turn.watched = true);
    if (!this.active || !live.has(this.active)) this.rove(store.order[0] || "");
  }

  make(paragraph) {
    const who = el("button", { class: "who", type: "button", tabindex: "-1" });
    const time = el("button", { class: "time", type: "button", tabindex: "-1" });
    const state = el("button", { class: "state", type: "button", tabindex: "-1" });
    const flags = el("span", { class: "flags", "aria-hidden": "true" });
    const text = el("p", { class: "text", role: "textbox", "aria-multiline": "true", tabindex: "-1", spellcheck: "true" });
    this.unlock(text);
    text.lang = document.documentElement.lang;
    const notes = el("div", { class: "notes" });
    const root = el("section", { class: "turn" }, el("header", {}, who, time, state, flags), text, notes);
    root.dataset.id = paragraph.id;
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

  unlock(text) {
    text.setAttribute("contenteditable", this.readonly ? "false" : "plaintext-only");
    if (!this.readonly && text.contentEditable !== "plaintext-only") text.setAttribute("contenteditable", "true");
    text.setAttribute("aria-readonly", String(this.readonly));
  }

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
    this.marks.unpaint(turn);
    turn.text.replaceChildren(text ? document.createTextNode(text) : "");
  }

  show(id) {
    const turn = this.turns.get(id);
    if (!turn) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = turn.root.getBoundingClientRect();
    if (box.top > 150 && box.bottom < innerHeight - 170) return;
    turn.root.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }

  turnOf(node) {
    const root = node instanceof Node && (node.nodeType === 1 ? node : node.parentElement)?.closest(".turn");
    return root ? this.turns.get(root.dataset.id) : undefined;
  }

  // The words that a selection touches; the word at the caret where nothing is selected.
  words(turn) {
    return at.wordsAt(turn, this.store.offsets(turn.text.textContent));
  }

  // The same for a menu, which has taken the selection's focus: the last one is remembered.
  lastWords(turn) {
    return this.words(turn) || (this.kept?.id === turn.id ? this.kept.words : null);
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
    at.place(this.turns.get(id), 0);
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
    this.kept = { id: turn.id, words: this.words(turn) };
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
    const words = at.wordsAt(turn, this.store.offsets(turn.text.textContent), at.pointed(turn, event));
    if (words) this.emit("seek", { id: turn.id, word: words[0] });
  }

  before(event) {
    const turn = this.turnOf(event.target);
    if (!turn || event.isComposing) return;
    const kind = event.inputType;
    if (kind === "insertParagraph" || kind === "insertLineBreak") {
      event.preventDefault();
      this.emit("split", { id: turn.id, at: at.caret(turn) });
    } else if (kind === "historyUndo" || kind === "historyRedo") {
      event.preventDefault();
      this.emit(kind === "historyUndo" ? "undo" : "redo");
    } else if (kind === "deleteContentBackward" || kind === "deleteContentForward") {
      const span = at.selected(turn);
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
    this.marks.unpaint(turn);
    turn.dirty = true;
    this.emit("typed", { id: turn.id, text });
  }

  paste(event) {
    const turn = this.turnOf(event.target);
    if (!turn) return;
    event.preventDefault();
    // eslint-disable-next-line no-control-regex
    const text = event.clipboardData.getData("text/plain").replace(/\s+/g, " ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
    const span = at.selected(turn);
    if (!text || !span) return;
    const old = turn.text.textContent;
    this.put(turn, old.slice(0, span[0]) + text + old.slice(span[1]), span[0] + text.length);
  }

  // Change a text by program, as if it had been typed.
  put(turn, text, caret = null) {
    this.write(turn, text);
    turn.dirty = true;
    if (caret !== null) at.place(turn, caret);
    this.emit("typed", { id: turn.id, text });
  }

  // A text that is shown and not saved, without being typed.
  mark(turn, text) {
    this.write(turn, text);
    turn.dirty = true;
  }

  clean(id) {
    const turn = this.turns.get(id);
    if (!turn) return;
    turn.dirty = false;
    this.refresh(id);
  }
}
