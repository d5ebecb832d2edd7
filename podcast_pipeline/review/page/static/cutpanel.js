// One cut by itself: its words, its edges to the hundredth of a second, its reason. Keys and pointer move the same edges.
import { Emitter, clock, el, icon } from "../../../loopback/static/dom.js";

/** @import { Cutting } from "./cutting.js" */
/** @import { Player } from "./player.js" */
/** @import { Store } from "./store.js" */
/** @import { Cut, Span } from "../../../loopback/static/wave.js" */

const REASONS = [["content", "content"], ["filler", "filler"], ["pause", "long pause"], ["privacy", "privacy"]];
const STEP = 10; // ms
const LEAST = 40; // ms
const IDLE = 500; // ms without a key until an edge is saved
const AROUND = 2000; // ms that are heard before and after the join

/** @extends {Emitter<{ edges: Cut | null, closed: undefined }>} */
export class CutPanel extends Emitter {
  /** @param {HTMLElement} root @param {Store} store @param {Player} player @param {Cutting} cutting */
  constructor(root, store, player, cutting) {
    super();
    this.root = root;
    this.store = store;
    this.player = player;
    this.cutting = cutting;
    this.id = "";
    /** @type {Span | null} */
    this.draft = null; // edges that were moved and are not saved
    this.timer = 0;
    this.said = el("b", {});
    this.start = this.edge("Start");
    this.end = this.edge("End");
    this.reason = el("select", { "aria-label": "Reason" }, ...REASONS.map(([value, name]) => el("option", { value }, name)));
    this.reason.addEventListener("change", () => this.save({ reason: this.reason.value }));
    /** @param {string} label @param {() => void} act */
    const does = (label, act, kind = "plain") => {
      const made = el("button", { type: "button", class: kind }, label);
      made.addEventListener("click", act);
      return made;
    };
    root.append(icon("cut"), this.said, el("label", {}, "Start ", this.start), el("label", {}, "End ", this.end), el("label", {}, "Reason ", this.reason),
      does("Hear the join", () => this.hear(false)), does("Hear what is cut", () => this.hear(true)), does("Uncut", () => this.cutting.uncut([this.id])));
    const close = does("×", () => this.open(null));
    close.setAttribute("aria-label", "Close the cut");
    root.append(close);
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.open(null); });
    store.on("cuts", () => this.refresh());
  }

  // Seconds of the recording; the arrow keys move by a hundredth.
  /** @param {string} name */
  edge(name) {
    const made = el("input", { type: "number", step: String(STEP / 1000), min: "0", "aria-label": `${name} of the cut in seconds`,
      title: "Seconds of the recording; the arrow keys move by 0.01. Once moved, the edges are taken as they are." });
    made.addEventListener("input", () => this.typed());
    made.addEventListener("change", () => this.typed());
    return made;
  }

  get cut() {
    return this.store.cuts.find((cut) => cut.id === this.id);
  }

  /** @param {Cut | null} cut */
  open(cut, focus = false) {
    const inside = this.root.contains(document.activeElement);
    this.id = cut?.id || "";
    this.root.hidden = !cut;
    this.draft = null;
    this.refresh();
    if (cut && focus) this.start.focus();
    else if (!cut && inside) this.emit("closed");
  }

  refresh() {
    const { cut } = this;
    if (!cut) {
      this.id = "";
      this.root.hidden = true;
    } else if (!this.draft) {
      const said = this.store.said(cut);
      this.said.replaceChildren(said ? el("span", this.store.speech, `“${said}”`) : `pause at ${clock(cut.start)}`);
      this.show(cut);
      this.reason.value = cut.reason;
    }
    this.emit("edges", cut ? { ...cut, ...this.draft } : null);
  }

  /** @param {Span} edges */
  show({ start, end }) {
    this.start.value = (start / 1000).toFixed(2);
    this.end.value = (end / 1000).toFixed(2);
    this.start.max = ((end - LEAST) / 1000).toFixed(2);
    this.end.min = ((start + LEAST) / 1000).toFixed(2);
  }

  typed() {
    const [start, end] = [this.start, this.end].map((field) => Math.round(Number(field.value) * 1000));
    if (this.start.value && this.end.value) this.move({ start, end });
  }

  // An edge was moved, by key or pointer; it is saved when it rests.
  /** @param {Span} edges */
  move({ start, end }) {
    const { cut } = this;
    if (!cut || start < 0 || end - start < LEAST) return;
    this.draft = { start, end };
    if (document.activeElement !== this.start && document.activeElement !== this.end) this.show(this.draft);
    this.emit("edges", { ...cut, ...this.draft });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), IDLE);
  }

  /** @param {{ reason?: string }} more */
  async save(more = {}) {
    clearTimeout(this.timer);
    const { id, cut, draft } = this;
    const moved = draft && (draft.start !== cut?.start || draft.end !== cut?.end);
    this.draft = null;
    if (cut && (moved || more.reason)) await this.cutting.change(id, { ...draft, ...more });
    if (!this.draft) this.refresh();
  }

  /** @param {boolean} cutOut */
  async hear(cutOut) {
    await this.save();
    const { cut } = this;
    if (!cut) return;
    if (cutOut) this.player.hear(cut.start, cut.end, 300);
    else this.player.join(cut.start, cut.end, AROUND);
  }
}
