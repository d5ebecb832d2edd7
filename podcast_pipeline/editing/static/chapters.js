// The chapters, in the order of their times; the one that is heard is marked.
import { el } from "../../loopback/static/dom.js";
import { Field } from "./field.js";
import { Proposals } from "./proposals.js";
import { Rows } from "./rows.js";
import { ms, written } from "./times.js";

/** @import { Desk } from "./main.js" */
/** @import { Made } from "./sheet.js" */

export class Chapters {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.rows = new Rows(desk, "chapter", ["start", "title"], "chapter", (row) => [
      new Field(desk, row, "start", "time"), new Field(desk, row, "title", "line"),
      new Field(desk, row, "kind", "choice"), new Field(desk, row, "url", "line"),
    ]);
    const fresh = el("button", { type: "button", class: "primary", title: "Ctrl+Enter" }, "New chapter at the playhead");
    fresh.addEventListener("click", () => this.fresh());
    this.proposals = new Proposals(desk, "chapters", (proposal) => this.rows.add({ start: proposal.at, title: proposal.text }));
    this.root = el("div", {}, el("div", { class: "head" }, el("h2", {}, "Chapters"), fresh), this.proposals.root, this.rows.list);
    this.now = -1;
  }

  fresh() {
    // The first chapter starts with the recording.
    const start = this.rows.rows.length ? written(this.desk.player.now) : "0";
    return this.rows.add({ start, title: "New chapter" }, "title");
  }

  /** @param {number} by */
  step(by) {
    this.rows.step(by);
  }

  /** @param {Made} [made] */
  sync(made) {
    this.rows.sync(made);
    this.starts = this.rows.rows.map((row) => ms(row.entry.start));
    this.now = -1;
    this.heard(this.desk.player.now);
  }

  /** @param {number} at */
  heard(at) {
    const now = (this.starts ?? []).findLastIndex((start) => start <= at + 50);
    if (now === this.now) return;
    this.rows.rows[this.now]?.root.removeAttribute("aria-current");
    this.rows.rows[now]?.root.setAttribute("aria-current", "true");
    this.now = now;
  }
}
