// What people changed: word by word against the machine, with who and when; cuts struck out.
import { clock, el } from "../../../loopback/static/dom.js";
import { words } from "./diff.js";

/** @import { Ask } from "./main.js" */
/** @import { Player } from "./player.js" */
/** @import { Paragraph, Store } from "./store.js" */

// The difference between two texts of what people said.
/** @param {Store} store @param {string} before @param {string} after */
export function shown(store, before, after) {
  return el("p", { ...store.speech, class: "diff" }, ...words(before, after).flatMap(([kind, text]) => {
    if (kind === "same") return [`${text} `];
    return [el(kind === "old" ? "del" : "ins", {}, text), " "];
  }));
}

export class Changes {
  /** @param {HTMLElement} root @param {Store} store @param {Player} player @param {Ask} act */
  constructor(root, store, player, act) {
    this.root = root;
    this.store = store;
    this.player = player;
    this.act = act;
    this.by = "";
    this.filter = el("select", { "aria-label": "Whose changes" });
    this.filter.addEventListener("change", () => { this.by = this.filter.value; this.update(); });
    this.list = el("div", { class: "changed" });
    root.append(el("div", { class: "line" }, el("h2", {}, "Changes"), this.filter), this.list);
    store.on("paragraphs", () => this.update());
    store.on("cuts", () => this.update());
  }

  /** @param {boolean} on */
  show(on) {
    this.root.hidden = !on;
    if (on) this.update();
  }

  update() {
    if (this.root.hidden) return;
    const { store } = this;
    const touched = store.listed().filter((p) => p.machine !== undefined || this.cutsOf(p).length);
    const people = [...new Set(touched.flatMap((p) => p.by || []))];
    this.filter.replaceChildren(el("option", { value: "" }, "Everybody"), ...people.map((by) => el("option", { value: by, selected: by === this.by }, store.name(by))));
    const listed = touched.filter((p) => !this.by || p.by === this.by);
    this.list.replaceChildren(...listed.map((p) => this.entry(p)));
    if (!listed.length) this.list.append(el("p", { class: "done" }, "The text is as the machine wrote it."));
  }

  /** @param {Paragraph} p */
  cutsOf(p) {
    return this.store.cuts.filter((cut) => cut.start < p.end && p.start < cut.end);
  }

  /** @param {Paragraph} p */
  entry(p) {
    const { store } = this;
    const play = el("button", { type: "button", class: "plain" }, clock(p.start));
    play.setAttribute("aria-label", `Play from ${clock(p.start)}`);
    play.addEventListener("click", () => this.player.hear(p.start, p.end + 500, 500));
    const restore = el("button", { type: "button", class: "plain desk" }, "Restore machine text");
    restore.addEventListener("click", () => this.act("restore", p.id));
    const when = p.at ? `${p.at.slice(0, 10)} ${p.at.slice(11, 16)}` : "";
    const who = p.by ? `${p.by === "by-hand" ? "by hand in transcript.json" : store.name(p.by)}, ${when}` : "";
    const cuts = this.cutsOf(p).map((cut) => {
      const uncut = el("button", { type: "button", class: "plain desk" }, "Uncut");
      uncut.addEventListener("click", () => this.act("uncut", [cut.id]));
      const change = el("button", { type: "button", class: "plain desk" }, "Edges and reason");
      change.addEventListener("click", () => this.act("openCut", cut));
      return el("p", { class: "cutline" }, store.said(cut, [p]) ? el("del", store.speech, store.said(cut, [p])) : el("del", {}, "a pause"), el("span", {}, ` cut, ${cut.reason}, ${clock(cut.start)}, ${store.name(cut.by)} `), change, " ", uncut);
    });
    return el("section", {}, el("header", {}, el("b", {}, store.name(p.speaker)), play, el("span", { class: "when" }, who),
      p.machine !== undefined ? restore : null), p.machine !== undefined ? shown(store, p.machine, p.text) : null, ...cuts);
  }
}
