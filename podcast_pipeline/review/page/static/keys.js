// The keyboard: one table, which a person may change. Single keys act only while an item of the check list has focus.
import { dialog, el } from "./dom.js";

const MAC = /Mac/.test(navigator.platform);
/** @type {Record<string, [string, string[]]>} */
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
const FIXED = [["Enter", "Part the paragraph at the caret"], ["Backspace at the start", "Join with the paragraph before"]];

export class Keys {
  /** @param {(name: string) => void} run @param {() => boolean} inItem */
  constructor(run, inItem) {
    this.run = run;
    this.inItem = inItem;
    const kept = JSON.parse(localStorage.getItem("review-keys") || "{}");
    /** @type {Record<string, string[]>} */
    this.own = kept.own || {};
    this.single = kept.single !== false;
    addEventListener("keydown", (event) => this.pressed(event));
  }

  /** @param {string} name */
  keysOf(name) {
    return this.own[name] || COMMANDS[name][1];
  }

  /** @param {KeyboardEvent} event */
  static spell(event) {
    const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const parts = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt"];
    if (event.shiftKey && (event.key.length > 1 || event.key === " " || /[a-z]/i.test(event.key))) parts.push("Shift");
    return [...parts.filter(Boolean), key].join("+");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const spelt = Keys.spell(event);
    const typing = event.target instanceof HTMLElement && (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName));
    const name = Object.keys(COMMANDS).find((one) => this.keysOf(one).includes(spelt));
    if (!name) return;
    const bare = spelt.length === 1;
    if (bare && (typing || !this.single || (name.startsWith("item") && !this.inItem()))) return;
    event.preventDefault();
    this.run(name);
  }

  keep() {
    localStorage.setItem("review-keys", JSON.stringify({ own: this.own, single: this.single }));
  }

  /** @returns {Promise<void>} */
  help() {
    return dialog("Keyboard", (close) => {
      const single = el("input", { type: "checkbox", checked: this.single });
      single.addEventListener("change", () => { this.single = single.checked; this.keep(); });
      const rows = Object.entries(COMMANDS).map(([name, [what]]) => {
        const button = el("button", { type: "button", class: "key", title: "Press to choose another key" }, this.keysOf(name).join("  "));
        button.addEventListener("click", () => this.record(name, button));
        return el("tr", {}, el("th", { scope: "row" }, what), el("td", {}, button));
      });
      const fixed = FIXED.map(([key, what]) => el("tr", {}, el("th", { scope: "row" }, what), el("td", {}, el("kbd", {}, key))));
      const usual = el("button", { type: "button", class: "plain" }, "The usual keys");
      usual.addEventListener("click", () => { this.own = {}; this.keep(); close("again"); });
      const done = el("button", { type: "button", class: "primary" }, "Done");
      done.addEventListener("click", () => close());
      return [
        el("table", { class: "keys" }, el("tbody", {}, ...fixed, ...rows)),
        el("label", { class: "line" }, single, "Single keys (1 to 5, ?)"),
        el("div", { class: "actions" }, usual, done),
      ];
    }, "wide").then((answer) => (answer === "again" ? this.help() : undefined));
  }

  /** @param {string} name @param {HTMLButtonElement} button */
  record(name, button) {
    button.textContent = "Press keys…";
    /** @param {KeyboardEvent} event */
    const listen = (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
      removeEventListener("keydown", listen, true);
      const spelt = Keys.spell(event);
      const taken = Object.keys(COMMANDS).find((one) => one !== name && this.keysOf(one).includes(spelt));
      if (event.key !== "Escape" && event.key !== "Tab" && !taken) this.own[name] = [spelt];
      this.keep();
      button.textContent = taken ? `${spelt} is taken` : this.keysOf(name).join("  ");
    };
    addEventListener("keydown", listen, true);
  }
}
