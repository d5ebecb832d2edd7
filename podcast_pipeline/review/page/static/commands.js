// What the keyboard does on the review page. Digits act while the check list is shown and nobody types.
import { MAC } from "../../../loopback/static/keys.js";

/** @import { Commands } from "../../../loopback/static/keys.js" */

/** @type {Commands} */
export const COMMANDS = {
  play: ["Play or pause", MAC ? ["F8"] : ["Ctrl+Space", "F8"]],
  back: ["3 seconds back", ["Ctrl+,"]],
  forward: ["3 seconds forward", ["Ctrl+."]],
  here: ["Play from here", ["Ctrl+Shift+Space", "Shift+F8"]],
  check: ["Check this paragraph and go on", ["Ctrl+Enter"]],
  up: ["Paragraph before", ["Ctrl+ArrowUp"]],
  down: ["Next paragraph", ["Ctrl+ArrowDown"]],
  undo: ["Undo", ["Ctrl+Z"]],
  redo: ["Redo", ["Ctrl+Y", "Ctrl+Shift+Z"]],
  replace: ["Find and replace", ["Ctrl+H"]],
  cut: ["Cut the selected words from the audio, or take the cut back", ["Ctrl+Shift+X"]],
  cutAll: ["Cut the paragraph, or take the cut back", ["Ctrl+Shift+Backspace"]],
  edges: ["Edges and reason of the cut at the caret", ["Ctrl+Shift+L"]],
  query: ["Ask a question about this paragraph", ["Ctrl+Shift+U"]],
  speaker: ["Who says this?", ["Ctrl+Shift+Y"]],
  help: ["This list (while not typing)", ["?"]],
  item1: ["Check list: correct as is", ["1"]],
  item2: ["Check list: use the suggestion", ["2"]],
  item3: ["Check list: edit", ["3"]],
  item4: ["Check list: the same everywhere", ["4"]],
  item5: ["Check list: ask", ["5"]],
};
/** @type {[string, string][]} */
export const FIXED = [["Enter", "Part the paragraph at the caret"], ["Backspace at the start", "Join with the paragraph before"]];
