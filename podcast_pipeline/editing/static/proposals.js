// Proposals made of what was said: nothing of them is in the file until a person takes it.
import { clock, el, icon, why } from "../../loopback/static/dom.js";
import { ms } from "./times.js";

/** @import { Desk } from "./main.js" */
/** @import { Row } from "./field.js" */
/** @typedef {{ [more: string]: any }} Proposal */

export class Proposals {
  /** @param {Desk} desk @param {"chapters" | "claims" | "summary"} what @param {(one: Proposal) => Promise<void>} take */
  constructor(desk, what, take) {
    this.desk = desk;
    this.what = what;
    this.take = take;
    this.list = el("ol", { class: "proposals" });
    this.root = el("details", { class: "proposed" }, el("summary", {}, "Proposals from the transcript"), this.list);
    this.root.addEventListener("toggle", () => { if (this.root.open) this.load(); });
  }

  async load() {
    this.list.replaceChildren(el("li", {}, "Reading the transcript…"));
    try {
      const all = await this.desk.sheet.net.ask("GET", `/e/${this.desk.sheet.slug}/proposals`);
      const rows = all[this.what].map((/** @type {Proposal} */ one) => this.row(one));
      this.list.replaceChildren(...(rows.length ? rows : [el("li", {}, "Nothing is proposed.")]));
    } catch (error) {
      this.list.replaceChildren(el("li", {}, `Nothing is proposed: ${why(error)}.`));
    }
  }

  /** @param {Proposal} one */
  row(one) {
    const at = ms(one.at);
    const hear = el("button", { type: "button", class: "plain small", "aria-label": `Play from ${clock(at)}` }, icon("play"));
    hear.addEventListener("click", () => this.desk.player.hear(at));
    const take = el("button", { type: "button", class: "plain small" }, "Add", el("span", { class: "unseen" }, ` “${one.text}”`));
    const made = el("li", {}, hear, el("span", { class: "when" }, clock(at)), el("span", { class: "words", lang: one.language, dir: "auto" }, one.text), el("small", {}, one.why.join(", ")), take);
    take.addEventListener("click", async () => { await this.take(one); made.remove(); });
    return made;
  }
}

// A draft of the summary: sentences as they were said, marked in the file until a person accepts it.
export class Draft {
  /** @param {Desk} desk @param {Row} row */
  constructor(desk, row) {
    this.desk = desk;
    this.row = row;
    this.mark = el("p", { class: "draft" }, icon("alert"), el("span", {}, "This summary is a draft of the speakers' own sentences. It is not published before a person has read it."));
    const accept = el("button", { type: "button", class: "plain small" }, "Accept it as it stands");
    accept.addEventListener("click", () => this.set({ drafts: null }));
    this.mark.append(accept);
    this.proposals = new Proposals(desk, "summary", (proposal) => this.add(proposal.text));
    this.root = el("div", {}, this.mark, this.proposals.root);
  }

  show() {
    const { drafts } = this.row.entry;
    this.mark.hidden = !(Array.isArray(drafts) && /** @type {unknown[]} */ (drafts).includes("summary"));
  }

  /** @param {string} sentence */
  add(sentence) {
    const { entry } = this.row;
    const more = this.mark.hidden ? "" : `${entry.summary ?? ""} `;
    return this.set({ summary: `${more}${sentence}`.trim(), drafts: ["summary"] });
  }

  /** @param {Record<string, any>} values */
  async set(values) {
    if (!(await this.desk.allowed())) return;
    try {
      await this.desk.sheet.edit({ kind: "set", array: "", values }, () => this.row.entry, this.row);
    } catch (error) {
      this.desk.say("draft", `It was not saved: ${why(error)}.`, "bad");
    }
  }
}
