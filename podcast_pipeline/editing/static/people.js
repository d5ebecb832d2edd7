// Who took part, each with a role.
import { el } from "../../loopback/static/dom.js";
import { Field } from "./field.js";
import { Rows } from "./rows.js";

/** @import { Desk } from "./main.js" */
/** @import { Made } from "./sheet.js" */

export class People {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const people = Object.entries(desk.show.people);
    this.rows = new Rows(desk, "person", ["ref"], "person", (row) => [
      new Field(desk, row, "ref", "choice", people), new Field(desk, row, "role", "line"), new Field(desk, row, "group", "line"),
    ]);
    const fresh = el("button", { type: "button", class: "primary", disabled: !people.length }, "New person");
    fresh.addEventListener("click", () => this.fresh());
    const none = people.length ? null : el("p", {}, "feed/people has nobody yet: a file for each person goes there.");
    this.root = el("div", {}, el("div", { class: "head" }, el("h2", {}, "People"), fresh), none, this.rows.list);
  }

  // Somebody who is not in the list yet.
  fresh() {
    const there = new Set(this.rows.rows.map((row) => row.entry.ref));
    const ids = Object.keys(this.desk.show.people);
    return this.rows.add({ ref: ids.find((id) => !there.has(id)) ?? ids[0], role: "guest" }, "ref");
  }

  /** @param {number} by */
  step(by) {
    this.rows.step(by);
  }

  /** @param {Made} [made] */
  sync(made) {
    this.rows.sync(made);
  }
}
