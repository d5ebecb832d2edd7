// What the episode would print of its own quality, and what is missing: looked up while somebody looks at it.
import { el, why } from "../../loopback/static/dom.js";

/** @import { Desk } from "./main.js" */
/** @typedef {{ scale: string, name: string, answer: "yes" | "no" | "not computed", why: string }} Criterion */
/** @typedef {{ line: string, references: string, items: Criterion[] }} Card */

export class Quality {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.seen = "";
    this.turn = 0;
    this.card = el("div", {});
    this.root = el("section", { class: "quality", tabindex: "0", "aria-label": "Quality card" }, el("h2", {}, "Quality"), this.card); // scrolled by keyboard
    desk.sheet.on("saving", () => this.sync());
  }

  sync() {
    if (this.root.isConnected) this.shown();
  }

  async shown() {
    const { sheet } = this.desk;
    const turn = ++this.turn;
    /** @type {HTMLElement[]} */
    let rows;
    try {
      rows = drawn(await sheet.net.ask("GET", `/e/${sheet.slug}/quality`));
    } catch (error) {
      rows = [el("p", { class: "error" }, `It cannot be told: ${why(error)}.`)];
    }
    const now = rows.map((row) => row.outerHTML).join("");
    if (turn !== this.turn || now === this.seen) return;
    this.seen = now;
    this.card.replaceChildren(...rows);
  }
}

/** @param {Card} card */
function drawn(card) {
  const order = ["no", "yes", "not computed"];
  const items = [...card.items].sort((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer));
  const rows = items.map((item) => el("li", { class: item.answer }, el("strong", {}, `${item.answer}: `), item.name, el("small", {}, `${item.scale}: ${item.why}`)));
  const cited = card.references ? [el("p", {}, `References: ${card.references}.`)] : [];
  return [el("p", {}, `${card.line}, as the episode stands now.`), ...cited, el("ul", { class: "criteria" }, ...rows)];
}
