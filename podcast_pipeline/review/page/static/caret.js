// Where the caret and the selection are in a paragraph, in characters and in words.

/** @import { Turn } from "./surface.js" */

// The one text node that a paragraph has, if it has text.
/** @param {Turn} turn */
export function node(turn) {
  return /** @type {Text | null} */ (turn.text.firstChild);
}

/** @param {Turn} turn */
export function caret(turn) {
  const selection = getSelection();
  if (!selection?.focusNode || !turn.text.contains(selection.focusNode)) return null;
  const range = document.createRange();
  range.selectNodeContents(turn.text);
  range.setEnd(selection.focusNode, selection.focusOffset);
  return range.toString().length;
}

/** @param {Turn} turn @returns {[number, number] | null} */
export function selected(turn) {
  const selection = getSelection();
  if (!selection?.rangeCount) return null;
  const whole = selection.getRangeAt(0);
  if (!turn.text.contains(whole.startContainer) || !turn.text.contains(whole.endContainer)) return null;
  const range = document.createRange();
  range.selectNodeContents(turn.text);
  range.setEnd(whole.startContainer, whole.startOffset);
  const start = range.toString().length;
  return [start, start + whole.toString().length];
}

/** @param {Turn} turn @param {number} offset */
export function place(turn, offset) {
  turn.text.focus({ preventScroll: true });
  const text = node(turn);
  if (text) getSelection()?.collapse(text, Math.min(offset, text.data.length));
}

// The character under the pointer, as an empty selection: where text cannot be edited a click sets no caret.
/** @param {Turn} turn @param {MouseEvent} event @returns {[number, number] | null} */
export function pointed(turn, event) {
  const position = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const inside = position && position.offsetNode === turn.text.firstChild;
  return inside ? [position.offset, position.offset] : selected(turn);
}

// The words that a selection touches; the word at the caret where nothing is selected.
/** @param {Turn} turn @param {number[]} offsets @returns {[number, number] | null} */
export function wordsAt(turn, offsets, span = selected(turn)) {
  if (!span) return null;
  let [first, last] = [-1, -1];
  for (let word = 0; word < offsets.length / 2; word += 1) {
    const [start, end] = [offsets[2 * word], offsets[2 * word + 1]];
    const inside = span[0] === span[1] ? start <= span[0] && span[0] <= end : start < span[1] && span[0] < end;
    if (inside && first < 0) first = word;
    if (inside) last = word;
  }
  return first < 0 ? null : [first, last];
}
