// What is claimed, when, and on which references; who has compared it with them.
import { el } from "../../loopback/static/dom.js";
import { Field } from "./field.js";
import { References } from "./references.js";
import { Rows } from "./rows.js";
import { Proposals } from "./proposals.js";
import { ms, written } from "./times.js";

/** @import { Desk } from "./main.js" */
/** @import { Made } from "./sheet.js" */

export class Claims {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const people = Object.entries(desk.show.people);
    this.rows = new Rows(desk, "claim", ["id", "text"], "claim", (row) => [
      new Field(desk, row, "at", "time"), new Field(desk, row, "until", "time"), new Field(desk, row, "text", "text"),
      new Field(desk, row, "kind", "choice"), new Field(desk, row, "grade", "choice"), new Field(desk, row, "contested", "flag"),
      new References(desk, row), new Field(desk, row, "checked_by", "choice", people), new Field(desk, row, "checked", "day"),
    ]);
    const fresh = el("button", { type: "button", class: "primary", title: "Ctrl+Enter: the selected words, or the sentence that is heard" }, "New claim from the words");
    // The words stay selected while the button is pressed.
    fresh.addEventListener("pointerdown", (event) => event.preventDefault());
    fresh.addEventListener("click", () => this.fresh());
    this.proposals = new Proposals(desk, "claims", (proposal) => this.rows.add({ id: this.name(), at: proposal.at, until: proposal.until, text: proposal.text, ...(proposal.refs.length ? { refs: proposal.refs.map((/** @type {string} */ id) => ({ id })) } : {}) }));
    this.root = el("div", {}, el("div", { class: "head" }, el("h2", {}, "Claims"), fresh), this.proposals.root, this.rows.list);
    this.now = -1;
  }

  // A name that no claim has.
  name() {
    const there = new Set(this.rows.rows.map((row) => row.entry.id));
    for (let n = there.size + 1; ; n += 1) if (!there.has(`c${n}`)) return `c${n}`;
  }

  fresh() {
    const said = this.desk.transcript.selected() ?? this.desk.transcript.sentence(this.desk.player.now);
    const at = said?.start ?? this.desk.player.now;
    return this.rows.add({ id: this.name(), at: written(at), ...(said ? { until: written(said.end) } : {}), text: said?.text ?? "What was said" }, "text");
  }

  /** @param {number} by */
  step(by) {
    this.rows.step(by);
  }

  /** @param {Made} [made] */
  sync(made) {
    this.rows.sync(made);
    this.now = -1;
    this.heard(this.desk.player.now);
  }

  /** @param {number} at */
  heard(at) {
    const now = this.rows.rows.findIndex(({ entry }) => ms(entry.at) <= at && at < (entry.until === undefined ? ms(entry.at) + 5000 : ms(entry.until)));
    if (now === this.now) return;
    this.rows.rows[this.now]?.root.removeAttribute("aria-current");
    this.rows.rows[now]?.root.setAttribute("aria-current", "true");
    this.now = now;
  }
}
