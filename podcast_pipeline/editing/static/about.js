// Title, summary and dates: the keys of the file itself.
import { el } from "../../loopback/static/dom.js";
import { Field } from "./field.js";
import { Draft } from "./proposals.js";

/** @import { Desk } from "./main.js" */
/** @import { Row } from "./field.js" */

export class About {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Row} */
    this.row = { array: "", entry: {} };
    this.fields = [
      new Field(desk, this.row, "title", "line"), new Field(desk, this.row, "summary", "text"),
      new Field(desk, this.row, "publish_at", "line"), new Field(desk, this.row, "recorded", "day"), new Field(desk, this.row, "review_by", "day"),
    ];
    this.draft = new Draft(desk, this.row);
    const [title, summary, ...dates] = this.fields.map((field) => field.root);
    this.root = el("div", { class: "about" }, el("h2", {}, "Title and summary"), title, summary, this.draft.root, el("h2", {}, "Dates"), ...dates);
  }

  sync() {
    this.row.entry = this.desk.sheet.view.values[""];
    for (const field of this.fields) field.show();
    this.draft.show();
  }
}
