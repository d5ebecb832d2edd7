// A list of entries: a row for each, kept while the file changes, so that nobody loses the place they write at.
import { announce, el, why } from "../../loopback/static/dom.js";

/** @import { ArrayName, Entry, Made } from "./sheet.js" */
/** @import { Desk } from "./main.js" */
/** @import { Field, Row } from "./field.js" */
/** @typedef {{ root: HTMLElement, input: HTMLElement, key: string, show: () => void }} Part - a field, or what stands for one */
/** @typedef {Row & { parts: Part[], root: HTMLElement }} Shown */

export class Rows {
  /**
   * `build` makes the fields of an entry.
   * @param {Desk} desk
   * @param {ArrayName} array
   * @param {string[]} names - the keys by which an entry is known again
   * @param {string} noun
   * @param {(row: Row) => Part[]} build
   */
  constructor(desk, array, names, noun, build) {
    this.desk = desk;
    this.array = array;
    this.names = names;
    this.noun = noun;
    this.build = build;
    /** @type {Shown[]} */
    this.rows = [];
    /** @type {Shown | undefined} */
    this.active = undefined; // where somebody writes
    this.list = el("ol", { class: `rows ${array}` });
    this.list.addEventListener("focusin", (event) => {
      this.active = this.rows.find((row) => event.target instanceof Node && row.root.contains(event.target)) ?? this.active;
    });
  }

  // Take what the file says now; `made` is what an act of this page did.
  /** @param {Made} [made] */
  sync(made) {
    const entries = this.desk.sheet.entries(this.array);
    const left = new Set(this.rows);
    /** @param {(row: Shown) => boolean} test */
    const pick = (test) => {
      const row = [...left].find(test);
      if (row) left.delete(row);
      return row;
    };
    /** @type {(Shown | undefined)[]} */
    const known = entries.map(() => undefined);
    if (made?.act.array === this.array && made.row) known[made.index] = pick((row) => row === made.row);
    const fresh = made?.act.array === this.array && made.act.kind === "add" ? made.index : -1;
    for (const name of ["", ...this.names]) {
      entries.forEach((entry, i) => {
        if (i !== fresh) known[i] ??= pick((row) => (name ? row.entry[name] === entry[name] : same(row.entry, entry)));
      });
    }
    this.rows = entries.map((entry, i) => this.row(entry, known[i]));
    for (const row of left) {
      for (const part of row.parts) this.desk.sheet.mark(part, false);
      row.root.remove();
    }
    const before = document.activeElement;
    this.rows.forEach((row, i) => { if (this.list.children[i] !== row.root) this.list.insertBefore(row.root, this.list.children[i] ?? null); });
    if (before instanceof HTMLElement && before.isConnected && document.activeElement !== before) before.focus({ preventScroll: true });
    if (this.active && !this.rows.includes(this.active)) this.active = undefined;
  }

  /** @param {Entry} entry @param {Shown} [row] @returns {Shown} */
  row(entry, row) {
    if (row) {
      row.entry = entry;
      for (const part of row.parts) part.show();
      return row;
    }
    const made = /** @type {Shown} */ ({ array: this.array, entry });
    made.parts = this.build(made);
    const gone = el("button", { type: "button", class: "plain small gone" }, "Remove", el("span", { class: "unseen" }, ` this ${this.noun}`));
    gone.addEventListener("click", () => this.remove(made));
    made.root = el("li", { class: "row" }, ...made.parts.map((part) => part.root), gone);
    return made;
  }

  /** @param {Entry} entry */
  title(entry) {
    return String(entry.title ?? entry.text ?? this.desk.sheet.show.people[String(entry.ref)] ?? this.noun);
  }

  /** @param {Record<string, any>} values @param {string} [key] - the field that is written in next */
  async add(values, key) {
    const { desk } = this;
    if (!(await desk.allowed())) return;
    desk.unsay("row");
    try {
      const { index } = await desk.sheet.edit({ kind: "add", array: this.array, values }, () => ({}));
      const row = this.rows[index];
      const input = row?.parts.find((part) => part.key === key)?.input;
      announce(`New ${this.noun}.`);
      input?.focus();
      if (input instanceof HTMLInputElement) input.select();
      row?.root.scrollIntoView({ block: "nearest" });
    } catch (error) {
      desk.say("row", `The ${this.noun} was not added: ${why(error)}.`, "bad");
    }
  }

  /** @param {Shown} row */
  async remove(row) {
    const { desk } = this;
    if (!(await desk.allowed())) return;
    const { entry } = row;
    const place = this.rows.indexOf(row);
    try {
      await desk.sheet.edit({ kind: "remove", array: this.array }, () => row.entry);
    } catch (error) {
      desk.say("row", `It was not taken out: ${why(error)}.`, "bad");
      return;
    }
    const again = el("button", { type: "button", class: "plain small" }, "Put it back");
    again.addEventListener("click", () => this.add(entry));
    desk.say("row", `“${this.title(entry)}” is taken out; comments beside it stay in the file.`, "", again);
    (this.rows[Math.min(place, this.rows.length - 1)]?.parts[0].input ?? again).focus();
  }

  /** @param {number} by */
  step(by) {
    const place = this.active ? this.rows.indexOf(this.active) + by : 0;
    const row = this.rows[Math.max(0, Math.min(this.rows.length - 1, place))];
    row?.parts[0].input.focus();
    row?.root.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Entry} a @param {Entry} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
