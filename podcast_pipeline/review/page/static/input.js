// What is typed, pasted and pointed at in the transcript, as acts on its paragraphs.
import * as at from "./caret.js";
import { announce } from "../../../loopback/static/dom.js";

/** @import { Surface } from "./surface.js" */

// A text is read as it is shown: without what nobody sees, or what turns the order of letters.
/** @param {string} text */
function visible(text) {
  const shown = text.replace(/[\p{Cc}\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu, "");
  if (shown !== text) announce("Characters that nobody sees were left out.");
  return shown;
}

export class Input {
  /** @param {Surface} surface */
  constructor(surface) {
    this.surface = surface;
    const root = surface.root;
    root.addEventListener("beforeinput", (event) => this.before(event));
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("paste", (event) => this.paste(event));
    root.addEventListener("drop", (event) => event.preventDefault());
    root.addEventListener("focusin", (event) => this.entered(event));
    root.addEventListener("focusout", (event) => this.left(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("compositionend", (event) => this.typed(event));
  }

  /** @param {FocusEvent} event */
  entered(event) {
    const turn = this.surface.turnOf(event.target);
    if (turn && turn.id !== this.surface.active) this.surface.rove(turn.id);
  }

  /** @param {FocusEvent} event */
  left(event) {
    const turn = this.surface.turnOf(event.target);
    if (!turn || event.target !== turn.text) return;
    this.surface.kept = { id: turn.id, words: this.surface.words(turn) };
    const tidy = turn.text.textContent.replace(/\s+/g, " ");
    if (turn.text.childNodes.length > 1 || tidy !== turn.text.textContent) {
      this.surface.write(turn, tidy);
      if (turn.dirty) this.surface.emit("typed", { id: turn.id, text: tidy });
    }
    if (turn.dirty) this.surface.emit("blur", turn.id);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const turn = this.surface.turnOf(event.target);
    if (!turn || event.target !== turn.text || !getSelection()?.isCollapsed) return;
    const words = at.wordsAt(turn, this.surface.store.offsets(turn.text.textContent), at.pointed(turn, event));
    if (words) this.surface.emit("seek", { id: turn.id, word: words[0] });
  }

  /** @param {InputEvent} event */
  before(event) {
    const turn = this.surface.turnOf(event.target);
    if (!turn || event.isComposing) return;
    const kind = event.inputType;
    if (kind === "insertParagraph" || kind === "insertLineBreak") {
      event.preventDefault();
      this.surface.emit("split", { id: turn.id, at: at.caret(turn) ?? 0 });
    } else if (kind === "historyUndo" || kind === "historyRedo") {
      event.preventDefault();
      this.surface.emit(kind === "historyUndo" ? "undo" : "redo");
    } else if (kind === "deleteContentBackward" || kind === "deleteContentForward") {
      const span = at.selected(turn);
      const length = turn.text.textContent.length;
      if (span && span[0] === span[1]) {
        const by = kind === "deleteContentBackward" && span[0] === 0 ? -1 : kind === "deleteContentForward" && span[0] === length ? 1 : 0;
        if (by) {
          event.preventDefault();
          this.surface.emit("merge", { id: turn.id, by });
        }
      }
    } else if (kind.startsWith("format") || kind === "insertFromDrop" || kind === "insertFromPaste") {
      event.preventDefault();
    }
  }

  /** @param {InputEvent | CompositionEvent} event */
  typed(event) {
    const turn = this.surface.turnOf(event.target);
    if (!turn || (event instanceof InputEvent && event.isComposing)) return;
    const typed = turn.text.textContent.replace(/[\n\t\u00a0]/g, " ");
    const text = visible(typed);
    this.surface.marks.unpaint(turn);
    turn.dirty = true;
    if (text !== typed) {
      const span = at.selected(turn);
      this.surface.put(turn, text, span ? visible(typed.slice(0, span[0])).length : null);
    } else this.surface.emit("typed", { id: turn.id, text });
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const turn = this.surface.turnOf(event.target);
    if (!turn) return;
    event.preventDefault();
    const text = visible((event.clipboardData?.getData("text/plain") ?? "").replace(/\s+/g, " "));
    const span = at.selected(turn);
    if (!text || !span) return;
    const old = turn.text.textContent;
    this.surface.put(turn, old.slice(0, span[0]) + text + old.slice(span[1]), span[0] + text.length);
  }
}
