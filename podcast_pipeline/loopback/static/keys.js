// The keyboard: one table of commands, which a person may change.
import { dialog, el } from "./dom.js";

export const MAC = /Mac/.test(navigator.platform);
/** @typedef {Record<string, [string, string[]]>} Commands - by name: what each does, and its usual keys */

export class Keys {
  /**
   * `single` says in words which keys alone do something, `may` whether a command's key alone acts now.
   * @param {Commands} commands
   * @param {[string, string][]} fixed
   * @param {string} place - where a browser keeps what a person has changed
   * @param {string} single
   * @param {(name: string) => void} run
   * @param {(name: string) => boolean} may
   */
  constructor(commands, fixed, place, single, run, may = () => true) {
    this.commands = commands;
    this.fixed = fixed;
    this.place = place;
    this.bare = single;
    this.run = run;
    this.may = may;
    const kept = JSON.parse(localStorage.getItem(place) || "{}");
    /** @type {Record<string, string[]>} */
    this.own = kept.own || {};
    this.single = kept.single !== false;
    addEventListener("keydown", (event) => this.pressed(event));
  }

  /** @param {string} name */
  keysOf(name) {
    return this.own[name] || this.commands[name][1];
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
    const name = Object.keys(this.commands).find((command) => this.keysOf(command).includes(spelt));
    if (!name) return;
    const bare = spelt.length === 1;
    if (bare && (typing || !this.single || !this.may(name))) return;
    event.preventDefault();
    this.run(name);
  }

  keep() {
    localStorage.setItem(this.place, JSON.stringify({ own: this.own, single: this.single }));
  }

  /** @returns {Promise<void>} */
  help() {
    return dialog("Keyboard", (close) => {
      const single = el("input", { type: "checkbox", checked: this.single });
      single.addEventListener("change", () => { this.single = single.checked; this.keep(); });
      const rows = Object.entries(this.commands).map(([name, [what]]) => {
        const button = el("button", { type: "button", class: "key", title: "Press to choose another key" }, this.keysOf(name).join("  "));
        button.addEventListener("click", () => this.record(name, button));
        return el("tr", {}, el("th", { scope: "row" }, what), el("td", {}, button));
      });
      const fixed = this.fixed.map(([key, what]) => el("tr", {}, el("th", { scope: "row" }, what), el("td", {}, el("kbd", {}, key))));
      const usual = el("button", { type: "button", class: "plain" }, "The usual keys");
      usual.addEventListener("click", () => { this.own = {}; this.keep(); close("again"); });
      const done = el("button", { type: "button", class: "primary" }, "Done");
      done.addEventListener("click", () => close());
      return [
        el("table", { class: "keys" }, el("tbody", {}, ...fixed, ...rows)),
        el("label", { class: "line" }, single, `Single keys (${this.bare})`),
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
      const taken = Object.keys(this.commands).find((command) => command !== name && this.keysOf(command).includes(spelt));
      if (event.key !== "Escape" && event.key !== "Tab" && !taken) this.own[name] = [spelt];
      this.keep();
      button.textContent = taken ? `${spelt} is taken` : this.keysOf(name).join("  ");
    };
    addEventListener("keydown", listen, true);
  }
}
