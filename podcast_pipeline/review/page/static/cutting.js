// Cutting the sound by striking out words: cuts, their edges and reasons, offers, and words that must not stay anywhere.
import { announce, clock, count, dialog, el, icon, why } from "../../../loopback/static/dom.js";
import { button, buttons, forGood } from "./dialogs.js";

/** @import { Wanted } from "./history.js" */
/** @import { Page } from "./main.js" */
/** @import { Player } from "./player.js" */
/** @import { Paragraph, Store } from "./store.js" */
/** @import { Span } from "../../../loopback/static/wave.js" */
/** @import { Turn } from "./surface.js" */
/** @typedef {Span & { reason: string }} Shape - of a cut */
/**
 * A cut that could be made: of words `first` to `last` of paragraph `p`, or of a pause.
 * @typedef {Span & { kind: string, text: string, p: string, first: number, last: number }} Offer
 */

export class Cutting {
  /** @param {Page} page */
  constructor({ store, net, saver, surface, history, player }) {
    this.store = store;
    this.net = net;
    this.saver = saver;
    this.surface = surface;
    this.history = history;
    this.player = player;
  }

  // Cut the selected words, or the whole paragraph; what is cut already is taken back. The cut, if one was made.
  /** @param {Turn | undefined} turn */
  async toggle(turn, whole = false) {
    if (!turn) return null;
    const { store } = this;
    await this.saver.now(turn.id);
    const p = this.saver.there(turn.id);
    if (!p) return null;
    const words = whole ? [0, p.times.length / 2 - 1] : this.surface.lastWords(turn);
    if (!words || words[1] < 0) return null;
    const [start, end] = [p.times[2 * words[0]], p.times[2 * words[1] + 1]];
    const over = store.cuts.filter((cut) => cut.start < end && start < cut.end);
    if (over.length) {
      await this.uncut(over.map((cut) => cut.id));
      return null;
    }
    const view = await this.make("a cut", () => [{ p: turn.id, rev: store.paragraphs.get(turn.id)?.rev, from: words[0], to: words[1], reason: "content" }]);
    if (view) announce("Cut");
    return view ? store.cuts.find((cut) => cut.id === view.made[0]) : null;
  }

  /** @param {string} name @param {() => object[]} cuts */
  make(name, cuts) {
    return this.history.did(name, () => ["cut", () => ({ cuts: cuts() })], (view) => this.taken(view.made));
  }

  /** @param {string[]} made @returns {Wanted} */
  taken(made) {
    const ids = made.filter((id) => this.store.cuts.some((cut) => cut.id === id));
    return ids.length ? ["uncut", { ids }] : null;
  }

  /** @param {string[]} ids */
  uncut(ids) {
    const gone = this.store.cuts.filter((cut) => ids.includes(cut.id)).map(({ start, end, reason }) => ({ start, end, reason }));
    announce("Uncut");
    return this.history.did("taking a cut back", (view) => ["uncut", { ids: view?.made ?? ids }], () => ["cut", { cuts: gone }]);
  }

  // Other edges or another reason. For privacy the words go out of the journal too.
  /** @param {string} id @param {{ start?: number, end?: number, reason?: string }} wanted */
  async change(id, wanted) {
    const now = () => this.store.cuts.find((cut) => cut.id === id);
    const old = now();
    if (!old) return null;
    // Only a cut that is as this person saw it: edges that somebody else set meanwhile stay.
    /** @param {Shape | undefined} one @param {Shape} other */
    const same = (one, other) => one?.start === other.start && one.end === other.end && one.reason === other.reason;
    /** @param {Shape} there @param {Shape} wanted @returns {() => Wanted} */
    const to = (there, { start, end, reason }) => () => (same(now(), there) ? ["cut", () => ({ cuts: [{ id, start, end, reason, was: [there.start, there.end] }] })] : null);
    const shape = { ...old, ...wanted };
    if (shape.reason === "privacy" && old.reason !== "privacy") {
      if (!(await forGood(this.store, this.store.said(old)))) return null;
      const asked = to(old, shape)();
      if (asked && (await this.saver.act(...asked))) await this.redact([id]);
      return null;
    }
    return this.history.did(wanted.reason ? "the reason of a cut" : "the edge of a cut", to(old, shape), to(shape, old));
  }

  // Words that must not stay anywhere: cut, and taken out of the journal for good.
  // Those that are selected, where none are named.
  /** @param {[number, number]} [among] */
  async private(turn = this.surface.currentTurn(), among = undefined) {
    await this.saver.flush();
    const words = turn && (among ?? this.surface.lastWords(turn));
    if (!words) return;
    const p = this.saver.there(turn.id);
    if (!p) return;
    const said = p.text.split(/\s+/).filter(Boolean).slice(words[0], words[1] + 1).join(" ");
    if (!(await forGood(this.store, said))) return;
    const view = await this.saver.act("cut", () => ({ cuts: [{ p: turn.id, rev: p.rev, from: words[0], to: words[1], reason: "privacy" }] }));
    if (view) await this.redact(view.made);
  }

  /** @param {string[]} ids */
  async redact(ids) {
    try {
      await this.net.post("redact", { ids });
      location.reload();
    } catch (error) {
      this.saver.emit("refused", new Error(`the words are cut, and still in the journal: ${why(error)}`));
    }
  }

  async offers() {
    /** @type {Offer[]} */
    const offered = await this.net.get("offers");
    const answer = await offers(this.store, this.player, offered);
    if (answer?.accept.length) {
      await this.make(count(answer.accept.length, "cut"), () => answer.accept.map(({ start, end, kind }) => ({ start, end, reason: kind === "pause" ? "pause" : "filler" })));
    }
    if (answer?.reject.length) await this.saver.act("offer_rejected", { offers: answer.reject.map(({ kind, start, end }) => [kind, start, end]) });
  }
}

const ISLAND = 150; // ms: less sound than this between two cuts goes with them

/**
 * @param {Store} store
 * @param {Player} player
 * @param {Offer[]} offered
 * @returns {Promise<{ accept: Offer[], reject: Offer[] } | undefined>}
 */
function offers(store, player, offered) {
  // What goes too, because hardly anything would be left between this and what is cut already.
  /** @param {Span} offer */
  const bare = (offer) => store.holes.map((hole) => Math.max(hole.start - offer.end, offer.start - hole.end)).find((gap) => gap > 0 && gap < ISLAND);
  /** @param {Span} offer */
  const also = (offer) => {
    const gap = bare(offer);
    return gap ? `, and ${(gap / 1000).toFixed(2)} s to the next cut` : "";
  };
  const kinds = [["filler", "Fillers (um, uh, er)"], ["pause", "Long pauses, shortened to 0.6 s"], ["phrase", "“you know”, “like”, “I mean”: listen first"]];
  return dialog("Fillers and pauses", (close) => {
    /** @type {[string, string, Offer[]][]} */
    const groups = [];
    for (const [kind, name] of kinds) {
      const list = offered.filter((offer) => offer.kind === kind);
      if (list.length) groups.push([name, kind, list]);
    }
    /** @type {Map<Offer, HTMLInputElement>} */
    const boxes = new Map();
    /** @param {[string, string, Offer[]]} offered */
    const group = ([name, kind, list]) => {
      const all = el("input", { type: "checkbox", checked: kind !== "phrase", "aria-label": `All: ${name}` });
      all.addEventListener("change", () => { for (const box of list.flatMap((offer) => boxes.get(offer) ?? [])) box.checked = all.checked; });
      return el("section", {}, el("h3", {}, el("label", { class: "line" }, all, `${name}: ${list.length}`)), el("div", { class: "hits" }, ...list.map((offer) => {
        const box = el("input", { type: "checkbox", checked: kind !== "phrase", "aria-label": `${offer.text || "pause"} at ${clock(offer.start)}` });
        boxes.set(offer, box);
        const play = button(clock(offer.start), () => player.hear(offer.start, offer.end + 1000, 1000));
        const place = offer.p ? store.paragraphs.get(offer.p)?.text.split(/\s+/).slice(Math.max(0, offer.first - 5), offer.last + 6).join(" ") : `${((offer.end - offer.start) / 1000).toFixed(1)} s less silence`;
        return el("div", { class: "hit" }, box, play, el("span", {}, offer.text ? el("mark", store.speech, offer.text) : "", " ", el("span", offer.p ? store.speech : {}, place), also(offer)));
      })));
    };
    if (!groups.length) return [el("p", { class: "done" }, icon("check"), "There is nothing to offer."), buttons(button("Close", () => close()))];
    /** @param {boolean} yes */
    const answer = (yes) => close({ accept: yes ? offered.filter((offer) => boxes.get(offer)?.checked) : [], reject: yes ? [] : offered.filter((offer) => boxes.get(offer)?.checked) });
    return [el("p", {}, "Nothing is cut unasked, and nothing near a number, a negation or a medicine is offered."), ...groups.map(group),
      buttons(button("Never offer the ticked again", () => answer(false)), button("Close", () => close()), button("Cut the ticked", () => answer(true), "primary"))];
  }, "wide");
}
