// The references that bear on a claim, each with how and where: one value of the file, saved as a whole.
import { el } from "../../loopback/static/dom.js";
import { Field } from "./field.js";

/** @import { Citation, Value } from "./sheet.js" */
/** @import { Desk } from "./main.js" */
/** @import { Row } from "./field.js" */

export class References extends Field {
  /** @param {Desk} desk @param {Row} row */
  constructor(desk, row) {
    super(desk, row, "refs", "refs");
  }

  /** @override @param {string} id @param {[string, string][]} relations */
  made(id, relations) {
    this.relations = relations;
    this.lines = el("div", { class: "citations" });
    // What the label and the messages are for is the list to add from.
    const input = el("select", { id }, el("option", { value: "" }, "Add a reference…"), ...Object.entries(this.sheet.show.references).map(([name, title]) => el("option", { value: name }, `${name}: ${title}`)));
    input.addEventListener("change", (event) => {
      event.stopImmediatePropagation();
      if (!input.value) return;
      this.lines?.append(this.line({ id: input.value }));
      input.value = "";
      this.changed();
    });
    return input;
  }

  /** @override */
  get before() {
    return this.lines;
  }

  /** @param {Citation} one */
  line(one) {
    const title = this.sheet.show.references[one.id] ?? "not in feed/references.json";
    /** @type {HTMLOptionElement[]} */
    const options = (this.relations ?? []).map(([value, words]) => el("option", { value, selected: value === (one.relation ?? "supports") }, words));
    const relation = el("select", { "aria-label": `How ${one.id} bears on the claim`, "data-given": one.relation !== undefined }, ...options);
    const where = el("input", { type: "text", "aria-label": `Where in ${one.id}`, placeholder: "where in it" });
    where.value = one.locator ?? "";
    const gone = el("button", { type: "button", class: "plain small", "aria-label": `Take out ${one.id}` }, "×");
    const made = el("div", { class: "citation", "data-ref": one.id }, el("span", { title }, `${one.id}: ${title}`), relation, where, gone);
    for (const input of [relation, where]) input.addEventListener("change", () => this.changed());
    where.addEventListener("input", () => this.touched());
    gone.addEventListener("click", () => { made.remove(); this.input.focus(); this.changed(); });
    return made;
  }

  changed() {
    this.touched();
    this.save();
  }

  /** @override @returns {Value} */
  get value() {
    const all = [...(this.lines?.children ?? [])].map((line) => {
      const [relation, where] = [line.querySelector("select"), line.querySelector("input")];
      const how = relation?.value ?? "supports";
      const locator = where?.value.trim();
      const given = how !== "supports" || relation?.dataset.given === "true";
      return { id: line.getAttribute("data-ref") ?? "", ...(given ? { relation: how } : {}), ...(locator ? { locator } : {}) };
    });
    return all.length ? all : null;
  }

  /** @override */
  show() {
    if (this.sheet.dirty.has(this) || !this.lines || this.same(this.value, this.told)) return;
    const told = Array.isArray(this.told) ? this.told : [];
    this.lines.replaceChildren(...told.map((reference) => this.line(reference)));
  }
}
