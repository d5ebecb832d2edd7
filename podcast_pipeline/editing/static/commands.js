// What the keyboard does on the desk.
import { MAC } from "../../loopback/static/keys.js";

/** @import { Commands } from "../../loopback/static/keys.js" */

/** @type {Commands} */
export const COMMANDS = {
  play: ["Play or pause", MAC ? ["F8"] : ["Ctrl+Space", "F8"]],
  back: ["3 seconds back", ["Ctrl+,"]],
  forward: ["3 seconds forward", ["Ctrl+."]],
  set: ["Set the time here to the playhead", ["F9"]],
  fresh: ["New chapter or claim at the playhead", ["Ctrl+Enter"]],
  up: ["Row before", ["Ctrl+ArrowUp"]],
  down: ["Next row", ["Ctrl+ArrowDown"]],
  next: ["Next group of fields", ["F6"]],
  help: ["This list (while not typing)", ["?"]],
};
/** @type {[string, string][]} */
export const FIXED = [
  ["Enter, or leaving the field", "Save what is written there"],
  ["Up, Down in the transcript", "Paragraph before, next paragraph"],
  ["Enter in the transcript", "Play from this paragraph"],
];
