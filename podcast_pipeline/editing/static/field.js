// A field: what the file says of one key, a change of it on its way, and what became of that.
import { announce, el, icon, newId, why } from "../../loopback/static/dom.js";
import { Refusal } from "../../loopback/static/net.js";
import { ms, written } from "./times.js";

/** @import { ArrayName, Entry, Value } from "./sheet.js" */
/** @import { Desk } from "./main.js" */
/** @typedef {{ array: ArrayName, entry: Entry }} Row - which entry a field is of, as it was told last */
/** @typedef {"line" | "text" | "time" | "day" | "choice" | "flag" | "refs"} Kind */

/** @type {Record<string, string>} */
const LABELS = { publish_at: "Publish at", review_by: "Review by", checked_by: "Compared by", checked: "Compared on", at: "Said at", ref: "Person", url: "Page", refs: "References" };

/** @param {string} key */
export const label = (key) => LABELS[key] ?? key[0].toUpperCase() + key.slice(1);

let number = 0;

export class Field {
  /** @param {Desk} desk @param {Row} row @param {string} key @param {Kind} kind @param {[string, string][]} [choices] - value, words */
  constructor(desk, row, key, kind, choices) {
    this.desk = desk;
    this.sheet = desk.sheet;
    this.row = row;
    this.key = key;
    this.kind = kind;
    this.op = newId(); // of the next change: asked for again, it is done once
    const known = this.sheet.show.keys[row.array].find((described) => described.key === key);
    this.needed = known?.needed ?? false;
    const id = `f${number += 1}`;
    this.error = el("div", { class: "error", id: `${id}-error`, hidden: true });
    this.input = this.made(id, choices ?? (known?.choices ?? []).map((choice) => [choice, choice]));
    this.input.setAttribute("aria-describedby", `${id}-help ${id}-error`);
    const help = el("span", { id: `${id}-help`, class: "unseen" }, known?.help ?? "");
    const buttons = kind === "time" ? this.timeButtons() : [];
    this.root = el("div", { class: `field ${key} ${kind}`, title: known?.help }, el("label", { for: id }, label(key)), this.before, el("div", { class: "with" }, this.input, ...buttons), help, this.error);
    this.input.addEventListener("input", () => this.touched());
    this.input.addEventListener("change", () => this.save());
    this.show();
  }

  /** @param {string} id @param {[string, string][]} choices */
  made(id, choices) {
    if (this.kind === "text") return el("textarea", { id, rows: 3, lang: this.sheet.show.language });
    if (this.kind === "flag") return el("input", { id, type: "checkbox" });
    if (this.kind !== "choice") return el("input", { id, type: this.kind === "day" ? "date" : "text", autocomplete: "off" });
    /** @type {[string, string][]} */
    const none = this.needed ? [] : [["", "–"]];
    return el("select", { id }, ...[...none, ...choices].map(([value, words]) => el("option", { value }, words)));
  }

  // What stands between the label and the input.
  /** @returns {HTMLElement | undefined} */
  get before() {
    return undefined;
  }

  /** @param {Value} a @param {Value} b */
  same(a, b) {
    return a === b || JSON.stringify(a) === JSON.stringify(b);
  }

  timeButtons() {
    const name = label(this.key).toLowerCase();
    const hear = el("button", { type: "button", class: "plain small", title: "Play from here" }, icon("play"), el("span", { class: "unseen" }, `Play from ${name}`));
    hear.addEventListener("click", () => { if (!Number.isNaN(ms(this.value))) this.desk.player.hear(ms(this.value)); });
    const set = el("button", { type: "button", class: "plain small set", title: "Set to the playhead (F9)" }, "Set", el("span", { class: "unseen" }, ` ${name} to the playhead`));
    set.addEventListener("click", () => this.toPlayhead());
    return [hear, set];
  }

  toPlayhead() {
    this.input.value = written(this.desk.player.now);
    return this.save();
  }

  // What the field says: a text without spaces around it, null for nothing.
  /** @returns {Value} */
  get value() {
    const { input } = this;
    if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked || (this.told === null ? null : false);
    return input.value.trim().replace(/\s+/g, " ") || null;
  }

  /** @returns {Value} */
  get told() {
    return this.row.entry[this.key] ?? null;
  }

  // Show what the file says, unless a person has written something else that is not saved.
  show() {
    if (this.sheet.dirty.has(this)) return;
    const { input } = this;
    const text = this.told === null ? "" : String(this.told);
    if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = this.told === true;
    else if (input.value !== text) {
      if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === text)) input.append(el("option", { value: text }, text));
      input.value = text;
    }
  }

  touched() {
    this.sheet.mark(this, !this.same(this.value, this.told));
    this.op = newId();
    this.say("");
  }

  /** @param {string} text @param {HTMLElement[]} more */
  say(text, ...more) {
    if (!text && this.error.hidden) return;
    this.error.replaceChildren(text, ...more);
    this.error.hidden = !text;
    if (text) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    if (text) announce(`${label(this.key)}: ${text}`);
  }

  async save() {
    const { value, op } = this;
    if (this.same(value, this.told)) {
      this.sheet.mark(this, false);
      this.say("");
      this.show();
      return;
    }
    this.sheet.mark(this, true);
    if (!(await this.desk.allowed())) {
      this.say("Not saved. ", this.button("Save it", () => this.save()));
      return;
    }
    try {
      await this.sheet.edit({ kind: "set", array: this.row.array, values: { [this.key]: value }, op }, () => this.row.entry, this.row);
      this.op = newId();
      this.say("");
      this.sheet.mark(this, !this.same(this.value, value)); // somebody may have typed on
      this.show();
    } catch (error) {
      this.failed(error, value);
    }
  }

  /** @param {unknown} error @param {Value} mine */
  failed(error, mine) {
    const again = this.button("Try again", () => this.save());
    if (!(error instanceof Refusal)) {
      this.say("Not saved: the server cannot be reached. ", again);
      return;
    }
    this.op = newId();
    if (error.status === 412 && error.body.key === this.key) this.differs(error.body.theirs, mine);
    else if (error.body.problems) this.say(error.body.problems.map((/** @type {[string, string]} */ one) => this.sentence(...one)).join(" "));
    else this.say(`Not saved: ${[why(error), error.body.hint].filter(Boolean).join("; ")}. `, again);
  }

  /** @param {string} words @param {() => void} act */
  button(words, act) {
    const made = el("button", { type: "button", class: "plain small" }, words);
    made.addEventListener("click", act);
    return made;
  }

  /** @param {string} place @param {string} sentence */
  sentence(place, sentence) {
    const own = place === this.key || place.endsWith(`.${this.key}`);
    const said = own ? sentence : `${place}: ${sentence}`;
    return `${said[0].toUpperCase()}${said.slice(1)}.`;
  }

  // Both values are shown, and a person decides.
  /** @param {Value} theirs @param {Value} mine */
  differs(theirs, mine) {
    const keep = this.button("Keep mine", () => { this.row.entry = { ...this.row.entry, [this.key]: theirs ?? undefined }; this.save(); });
    const take = this.button("Take theirs", () => {
      this.row.entry = { ...this.row.entry, [this.key]: theirs ?? undefined };
      this.sheet.mark(this, false);
      this.say("");
      this.show();
      this.input.focus();
    });
    /** @param {Value} value */
    const quoted = (value) => (value === null || value === undefined ? "nothing" : `“${Array.isArray(value) ? value.map((entry) => Object.values(entry).join(" ")).join("; ") : value}”`);
    this.say(`Somebody else wrote ${quoted(theirs)} here meanwhile, and you ${quoted(mine)}. `, keep, take);
  }
}
