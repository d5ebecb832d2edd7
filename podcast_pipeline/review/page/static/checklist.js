// The check list: one place after the other, worst first, each with its reason and a few seconds of sound.
import { node, place } from "./caret.js";
import { clock, el, icon, quoted } from "../../../loopback/static/dom.js";

/** @import { Ask } from "./main.js" */
/** @import { Player } from "./player.js" */
/** @import { Item, Paragraph, Store } from "./store.js" */
/** @import { Surface } from "./surface.js" */

/** @type {Record<string, string>} */
const NAMES = {
  privacy: "Who may be recognised",
  number: "Numbers and doses", negation: "Negations", drug: "Medicines", side: "Sides", "near-miss": "Nearly a known word",
  silence: "Words and silence", cut: "Cuts near what matters", loop: "Repeated words", speaker: "Who speaks",
  name: "Names", word: "Words of no list", confidence: "Unsure words", timing: "Times",
};
const BEFORE = 1000; // ms of sound before and after the place

export class Checklist {
  /** @param {HTMLElement} root @param {Store} store @param {Surface} surface @param {Player} player @param {Ask} act */
  constructor(root, store, surface, player, act) {
    this.root = root;
    this.store = store;
    this.surface = surface;
    this.player = player;
    this.act = act;
    /** @type {string[]} */
    this.skipped = []; // ids, the last one last
    this.at = "";
    /** @type {Item | undefined} */
    this.cardOf = undefined;
    /** @type {HTMLButtonElement[]} */
    this.actions = [];
    this.shown = false;
    this.list = el("ol", { class: "causes" });
    this.silent = el("p", { class: "silent" });
    this.card = el("div", { class: "card" });
    root.append(el("h2", {}, "Check list"), this.list, this.card, this.silent);
    store.on("items", () => this.update());
  }

  /** @param {boolean} on */
  show(on) {
    this.shown = on;
    this.root.hidden = !on;
    if (on) this.update();
    else this.surface.marks.focusItem(null);
  }

  queue() {
    const all = this.store.queue();
    const later = new Set(this.skipped);
    return [...all.filter((item) => !later.has(item.id)), ...all.filter((item) => later.has(item.id))];
  }

  update() {
    if (!this.shown) return;
    const queue = this.queue();
    const item = this.store.items.get(this.at) || queue[0];
    this.counts(queue, item);
    if (item && item.id === this.at && this.cardOf === item) return;
    this.choose(item, false);
  }

  /** @param {Item[]} queue @param {Item} [current] */
  counts(queue, current) {
    const totals = /** @type {Map<string, number>} */ (new Map());
    for (const item of queue) totals.set(item.cause, (totals.get(item.cause) || 0) + 1);
    const order = this.store.facts.causes.filter((cause) => totals.has(cause));
    const { precision, silent } = this.store.facts;
    /** @param {string} cause */
    const right = (cause) => (precision[cause] ? `${precision[cause][1]} of ${precision[cause][0]} led to a correction so far` : null);
    this.silent.textContent = silent.length ? `Not asked any more: ${silent.map((cause) => `${NAMES[cause]} (${right(cause)})`).join(", ")}.` : "";
    this.list.replaceChildren(...order.map((cause) => {
      const button = el("button", { type: "button", title: right(cause), "aria-current": current?.cause === cause ? "true" : null },
        el("span", {}, NAMES[cause] || cause), el("b", {}, String(totals.get(cause))));
      button.addEventListener("click", () => this.choose(this.queue().find((item) => item.cause === cause), true));
      return el("li", {}, button);
    }));
  }

  /** @param {Item | undefined} item @param {boolean} hear */
  choose(item, hear) {
    const hadFocus = this.card.contains(document.activeElement);
    this.at = item?.id || "";
    this.cardOf = item;
    this.surface.marks.focusItem(item || null);
    this.counts(this.queue(), item);
    if (!item) {
      const done = el("p", { class: "done", tabindex: "-1" }, icon("check"), "Nothing is left to check here.");
      this.card.replaceChildren(done, el("p", {}, "Read and listen to the whole, then sign off."));
      if (hadFocus) done.focus({ preventScroll: true });
      return;
    }
    const same = this.store.queue().filter((other) => other.same === item.same).length;
    const paragraph = this.store.paragraphs.get(item.p);
    /** @param {number} number @param {string} label @param {() => void} act */
    const button = (number, label, act, off = false, kind = "") => {
      const made = el("button", { type: "button", class: kind, disabled: off, "aria-keyshortcuts": String(number) },
        el("kbd", { "aria-hidden": "true" }, String(number)), el("span", {}, ...quoted(label, this.store.speech)));
      made.addEventListener("click", () => act());
      return made;
    };
    const spoken = Boolean(item.p);
    this.actions = item.cause === "privacy" ? [
      button(1, "May stay", () => this.decide("correct"), false, "primary"),
      button(2, "Cut for privacy…", () => this.act("private", item), !spoken || this.surface.readonly),
      button(3, "Edit", () => this.edit(), !spoken || this.surface.readonly),
      button(4, `Same everywhere (${same})`, () => this.everywhere(), same < 2),
      button(5, "Query", () => this.act("query", item.p), !spoken),
    ] : [
      button(1, "Correct as is", () => this.decide("correct"), false, "primary"),
      button(2, item.suggestion ? `Use “${item.suggestion}”` : "Use suggestion", () => this.suggestion(), !item.suggestion),
      button(3, "Edit", () => this.edit(), this.surface.readonly),
      button(4, `Same everywhere (${same})`, () => this.everywhere(), same < 2),
      button(5, "Query", () => this.act("query", item.p)),
    ];
    const again = el("button", { type: "button", class: "plain", disabled: !spoken }, icon("play"), clock(item.start));
    again.setAttribute("aria-label", `Play from ${clock(item.start)}`);
    again.addEventListener("click", () => this.hear());
    const skip = el("button", { type: "button", class: "plain" }, "Skip");
    skip.addEventListener("click", () => this.skip());
    const back = el("button", { type: "button", class: "plain", disabled: !this.skipped.length }, "Back");
    back.addEventListener("click", () => this.back());
    this.card.replaceChildren(
      el("p", { class: `cause ${item.must ? "must" : "risk"}` }, icon(item.must ? "alert" : "query"), NAMES[item.cause] || item.cause,
        item.must ? el("span", { class: "tag" }, "must be checked") : ""),
      el("p", { class: "say", tabindex: "-1" }, ...quoted(item.say, this.store.speech)),
      paragraph ? this.context(paragraph, item) : el("blockquote", {}, el("cite", {}, item.place), el("span", {}, el("mark", {}, item.text))),
      el("div", { class: "choices" }, ...this.actions),
      el("div", { class: "actions" }, again, back, skip),
    );
    if (hadFocus) this.actions[0].focus({ preventScroll: true });
    if (hear) this.hear();
  }

  /** @param {Paragraph} paragraph @param {Item} item */
  context(paragraph, item) {
    const words = paragraph.text.split(/\s+/).filter(Boolean);
    const [from, to] = [Math.max(0, item.first - 9), Math.min(words.length, item.last + 10)];
    const before = (from ? "… " : "") + words.slice(from, item.first).join(" ");
    const after = words.slice(item.last + 1, to).join(" ") + (to < words.length ? " …" : "");
    const name = this.store.name(paragraph.speaker);
    const said = el("mark", {}, words.slice(item.first, item.last + 1).join(" "));
    return el("blockquote", {}, el("cite", {}, name), el("span", this.store.speech, `${before} `, said, ` ${after}`));
  }

  hear() {
    const item = this.cardOf;
    if (item?.p) this.player.hear(item.start, item.end + BEFORE, BEFORE);
  }

  next() {
    this.choose(this.queue().find((item) => item.id !== this.at), true);
  }

  /** @param {string} how */
  async decide(how, items = [this.at]) {
    await this.act("resolve", { items, how });
    this.choose(this.queue()[0], true);
  }

  everywhere() {
    const same = this.cardOf?.same;
    const items = this.store.queue().filter((item) => item.same === same).map((item) => item.id);
    this.decide("correct", items);
  }

  suggestion() {
    const item = this.cardOf;
    const turn = item && this.surface.turns.get(item.p);
    if (!turn || !item.suggestion) return;
    const text = turn.text.textContent ?? "";
    const offsets = this.store.offsets(text);
    const [start, end] = [offsets[2 * item.first], offsets[2 * item.last + 1]];
    const old = text.slice(start, end);
    const [lead, tail] = [/^[^\p{L}\p{N}]*/u, /[^\p{L}\p{N}]*$/u].map((edge) => old.match(edge)?.[0] ?? "");
    const word = /^\p{Lu}/u.test(old.slice(lead.length)) ? item.suggestion[0].toUpperCase() + item.suggestion.slice(1) : item.suggestion;
    this.surface.put(turn, text.slice(0, start) + lead + word + tail + text.slice(end));
    this.act("save", item.p).then(() => this.choose(this.queue()[0], true));
  }

  edit() {
    const item = this.cardOf;
    const turn = item && this.surface.turns.get(item.p);
    if (!turn) return;
    this.surface.show(item.p);
    place(turn, 0);
    const text = node(turn);
    const offsets = this.store.offsets(turn.text.textContent ?? "");
    if (text) getSelection()?.setBaseAndExtent(text, offsets[2 * item.first], text, offsets[2 * item.last + 1]);
  }

  skip() {
    this.skipped = [...this.skipped.filter((id) => id !== this.at), this.at];
    this.next();
  }

  back() {
    const id = this.skipped.pop();
    const item = this.store.items.get(id ?? "");
    if (item) this.choose(item, true);
  }

  /** @param {number} number */
  press(number) {
    const button = this.actions[number - 1];
    if (button && !button.disabled) button.click();
  }
}
