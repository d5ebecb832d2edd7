// The page: everything is put together here, and every command goes through `run`.
import { byId as $, dialog, el, icon, why } from "../../../loopback/static/dom.js";
import { Drafts, Net } from "./net.js";
import { Store } from "./store.js";
import { Surface } from "./surface.js";
import { Saver } from "./saving.js";
import { History } from "./history.js";
import { Status } from "./status.js";
import { Unsaved } from "./unsaved.js";
import { Player } from "./player.js";
import { Wave } from "../../../loopback/static/wave.js";
import { Checklist } from "./checklist.js";
import { Changes } from "./changes.js";
import { Paragraphs } from "./paragraphs.js";
import { Cutting } from "./cutting.js";
import { CutPanel } from "./cutpanel.js";
import { Replace } from "./replace.js";
import { Together } from "./together.js";
import { Keys } from "../../../loopback/static/keys.js";
import { COMMANDS, FIXED } from "./commands.js";
import * as ask from "./dialogs.js";

/** @import { Changes as Told, Facts, Item } from "./store.js" */
/** @import { Cut } from "../../../loopback/static/wave.js" */
/** @import { Turn } from "./surface.js" */
/**
 * What panels ask for, with what they tell: of places of the check list, a paragraph, a cut, cuts.
 * @typedef {{ resolve: { items: string[], how: string }, query: string, private: Item, restore: string, openCut: Cut, uncut: string[],
 *   save: string }} Asked
 */
/** @typedef {<K extends keyof Asked>(kind: K, what: Asked[K]) => Promise<any>} Ask */

const REWIND = 1500; // ms that are heard again after typing
const MODES = [["check", "Check list"], ["read", "Read and listen"], ["changes", "Changes"]];

const net = new Net();
const store = new Store();

async function start() {
  // There is one episode; the server tells its name by the only address it has.
  net.slug = await (await fetch("/episode")).json();
  const view = await net.get("transcript");
  document.title = `${view.title} · Review`;
  $("title").textContent = view.title;
  $("title").title = view.title;
  $("show").textContent = view.show;
  $("title").lang = $("show").lang = view.show_language;
  net.opening = view.opening;
  net.by = localStorage.getItem("review-by") || "";
  const page = new Page(view);
  await page.open();
  Object.assign(globalThis, { reviewPage: page }); // for tests and for the curious
}

export class Page {
  /** @param {Told & Facts} view */
  constructor(view) {
    /** @type {Ask} */
    const act = (kind, what) => this.act(kind, what);
    this.view = view;
    this.store = store;
    this.net = net;
    this.mode = "";
    this.resume = 0;
    this.me = el("button", { type: "button", class: "plain me", title: "Who are you?" });
    this.surface = new Surface($("text"), store);
    this.drafts = new Drafts(view.slug);
    this.saver = new Saver(store, net, this.surface, this.drafts);
    this.history = new History(store, this.saver, this.surface);
    this.unsaved = new Unsaved($("notices"), store, this.saver, (id) => this.together.conflict(id));
    this.status = new Status($("status"), $("notices"), store, net, this.saver, this.unsaved);
    this.history.on("kept", (words) => this.status.say("kept", words));
    this.player = new Player($("player"), store, net);
    this.wave = new Wave(this.player.wave, this.player, store);
    this.checklist = new Checklist($("side"), store, this.surface, this.player, act);
    this.changes = new Changes($("changes"), store, this.player, act);
    this.paragraphs = new Paragraphs(this);
    this.cutting = new Cutting(this);
    this.cutpanel = new CutPanel($("cut"), store, this.player, this.cutting);
    this.replace = new Replace(this);
    this.together = new Together(this);
    this.keys = new Keys(COMMANDS, FIXED, "review-keys", "1 to 5, ?", (name) => this.run(name), (name) => !name.startsWith("item") || this.checklist.shown);
    const top = () => document.documentElement.style.setProperty("--top", `${$("top").offsetHeight}px`);
    new ResizeObserver(top).observe($("top"));
    this.wire();
  }

  wire() {
    const { surface, player, paragraphs, wave, cutpanel } = this;
    surface.on("seek", ({ id, word }) => player.available && player.seek(store.paragraphs.get(id)?.times[2 * word] ?? 0));
    surface.on("play", ({ id, word }) => player.hear(store.paragraphs.get(id)?.times[2 * word] ?? store.paragraphs.get(id)?.start ?? 0));
    surface.on("split", (place) => paragraphs.split(place));
    surface.on("merge", (place) => paragraphs.merge(place));
    surface.on("toggle", (id) => paragraphs.toggle(id));
    surface.on("answered", (id) => paragraphs.answered(id));
    surface.on("speaker", (id) => paragraphs.speaker(id));
    surface.on("typed", () => this.typing());
    player.on("time", (ms) => surface.marks.speak(player.playing || ms > 0 ? store.at(ms) : null));
    player.on("follow", (on) => { surface.following = on; });
    wave.on("cut", (cut) => (surface.readonly ? player.seek(cut.start) : cutpanel.open(cut)));
    wave.on("edge", (edges) => cutpanel.move(edges));
    cutpanel.on("edges", (cut) => wave.open(cut));
    cutpanel.on("closed", () => surface.currentTurn()?.text.focus({ preventScroll: true }));
    surface.root.addEventListener("focusin", () => this.remember());
  }

  remember() {
    localStorage.setItem(`review-at-${store.facts.slug}`, JSON.stringify({ mode: this.mode, p: this.surface.active }));
  }

  async open() {
    performance.mark("loading");
    this.tools();
    store.load(this.view);
    performance.mark("loaded");
    this.showMe();
    this.player.load();
    this.wave.load();
    const kept = JSON.parse(localStorage.getItem(`review-at-${store.facts.slug}`) || "{}");
    this.choose(kept.mode || "check");
    if (kept.p && store.paragraphs.has(kept.p)) {
      this.surface.rove(kept.p);
      if (kept.mode && kept.mode !== "check") this.surface.show(kept.p);
    }
    for (const note of store.facts.notes) this.status.say(`note-${note}`, `${note[0].toUpperCase()}${note.slice(1)}.`);
    this.together.start();
    document.body.dataset.ready = "true";
    await this.together.offerDrafts();
    if (!net.by) await this.who();
  }

  tools() {
    const modes = MODES.map(([name, label]) => {
      const made = el("button", { type: "button", "data-mode": name, "aria-pressed": "false" }, label);
      made.addEventListener("click", () => this.choose(name));
      return made;
    });
    $("modes").append(...modes);
    this.me.addEventListener("click", () => this.who());
    const signer = el("button", { type: "button", class: "primary" }, "Sign off");
    signer.addEventListener("click", () => this.sign());
    const more = el("details", { class: "more" }, el("summary", { "aria-label": "More" }, icon("menu")));
    /** @param {string} label @param {() => void} act */
    const item = (label, act, kind = "") => {
      const made = el("button", { type: "button", class: kind }, label);
      made.addEventListener("click", () => { more.open = false; act(); });
      return made;
    };
    // `desk`: what changes text or sound needs a keyboard or a pointer, and is not there on a telephone.
    more.append(el("div", { class: "menu" },
      item("Find and replace…", () => this.run("replace"), "desk"),
      item("Fillers and pauses…", () => this.cutting.offers(), "desk"),
      item("Cut the selected words, or uncut", () => this.run("cut"), "desk"),
      item("Cut the paragraph, or uncut", () => this.run("cutAll"), "desk"),
      item("Edges and reason of a cut…", () => this.run("edges"), "desk"),
      item("Cut for privacy…", () => this.cutting.private(), "desk"),
      item("Ask about this paragraph…", () => this.run("query")),
      item("Check all up to here", () => this.paragraphs.checkAll()),
      item("Open in another browser…", () => this.invite(), "desk"),
      item("Keyboard…", () => this.keys.help(), "desk"),
      el("p", { class: "phone" }, "On a telephone you can read, listen, answer and ask. Text is corrected and cut on a computer.")));
    addEventListener("click", (event) => { if (event.target instanceof Node && !more.contains(event.target)) more.open = false; });
    more.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !more.open) return;
      more.open = false;
      more.querySelector("summary")?.focus();
    });
    $("tools").append(this.me, more, signer);
  }

  /** @param {string} mode */
  choose(mode) {
    this.mode = mode;
    document.body.dataset.mode = mode;
    for (const choice of $("modes").children) choice.setAttribute("aria-pressed", String(choice.getAttribute("data-mode") === mode));
    $("text").hidden = mode === "changes";
    this.changes.show(mode === "changes");
    this.checklist.show(mode === "check");
    this.remember();
  }

  /** @param {string} name */
  run(name) {
    const turn = this.surface.currentTurn();
    const { player, paragraphs, surface } = this;
    /** @type {Record<string, () => void>} */
    const commands = {
      play: () => player.toggle(), back: () => player.skip(-3), forward: () => player.skip(3), here: () => this.here(turn),
      check: () => paragraphs.checkAndGo(turn), up: () => surface.step(-1), down: () => surface.step(1),
      undo: () => this.history.undo(), redo: () => this.history.redo(), replace: () => this.replace.open(),
      cut: () => this.cut(turn), cutAll: () => this.cut(turn, true), edges: () => this.edges(turn),
      query: () => turn && paragraphs.query(turn.id), speaker: () => turn && paragraphs.speaker(turn.id), help: () => this.keys.help(),
    };
    if (name.startsWith("item")) this.checklist.press(Number(name.slice(4)));
    else commands[name]();
  }

  // What panels ask for.
  /** @param {keyof Asked} kind @param {any} what */
  async act(kind, what) {
    /** @type {{ [K in keyof Asked]: (what: Asked[K]) => Promise<any> | void }} */
    const acts = {
      resolve: (what) => this.history.did("a decision", () => ["resolve", what], () => ["resolve", { items: what.items, how: "open" }]),
      query: (what) => this.paragraphs.query(what),
      private: (what) => this.cutting.private(this.surface.turns.get(what.p), [what.first, what.last]),
      restore: (what) => this.paragraphs.restore(what),
      openCut: (what) => this.cutpanel.open(what, true),
      uncut: (what) => this.cutting.uncut(what),
      save: (what) => this.saver.now(what),
    };
    return await acts[kind](what);
  }

  /** @param {Turn | undefined} turn */
  async cut(turn, whole = false) {
    const made = await this.cutting.toggle(turn, whole);
    if (made) this.cutpanel.open(made);
  }

  // The cut at the caret, or the one that is nearest to the place that is heard.
  /** @param {Turn | undefined} turn */
  edges(turn) {
    const words = turn && this.surface.lastWords(turn);
    const times = turn && store.paragraphs.get(turn.id)?.times;
    const ms = words && times ? (times[2 * words[0]] + times[2 * words[1] + 1]) / 2 : this.player.now;
    /** @param {Cut} cut */
    const away = (cut) => Math.max(0, cut.start - ms, ms - cut.end);
    const [nearest] = [...store.cuts].sort((a, b) => away(a) - away(b));
    if (nearest) this.cutpanel.open(nearest, true);
    else this.status.say("edges", "Nothing is cut yet: select words and press Ctrl+Shift+X.");
  }

  typing() {
    const waiting = Boolean(this.resume);
    clearTimeout(this.resume);
    if (!this.player.playing && !waiting) return;
    this.player.pause();
    this.resume = setTimeout(() => this.goOn(), 1200);
  }

  goOn() {
    this.resume = 0;
    if (this.mode !== "read") return;
    this.player.seek(Math.max(0, this.player.now - REWIND));
    this.player.play();
  }

  /** @param {Turn | undefined} turn */
  here(turn) {
    const words = turn && this.surface.words(turn);
    const p = turn && store.paragraphs.get(turn.id);
    if (p) this.player.hear(p.times[2 * (words?.[0] ?? 0)] ?? p.start);
  }

  showMe() {
    this.me.replaceChildren(icon("person"), el("span", {}, net.by ? store.name(net.by) : "Who are you?"));
  }

  async who() {
    const answer = await ask.who(store, net.by);
    if (answer) {
      net.by = answer;
      localStorage.setItem("review-by", answer);
      this.saver.retry(422);
    }
    this.showMe();
    this.status.update();
  }

  async sign() {
    if (!net.by) await this.who();
    await this.saver.flush();
    if (this.saver.dirty || this.unsaved.size) {
      this.status.say("unsigned", "Not everything on this page is saved: nobody can sign it yet.", "", "bad");
      return;
    }
    this.status.unsay("unsigned");
    this.player.end();
    this.player.send();
    const view = await ask.signoff(store, net, () => new Promise((resolve) => setTimeout(resolve, 150)));
    if (view) {
      store.apply(view, store.seq + 1);
      this.together.poll();
    }
  }

  async invite() {
    const { url } = await net.post("invite", {});
    const field = el("input", { type: "text", readonly: true, "aria-label": "Address" });
    field.value = url;
    await dialog("Open in another browser", (close) => {
      const done = el("button", { type: "button", class: "primary" }, "Done");
      done.addEventListener("click", () => close());
      return [el("p", {}, "This address works once, on this computer."), field, el("div", { class: "actions" }, done)];
    });
  }
}

start().catch((error) => {
  $("notices").append(el("div", { class: "notice bad" }, el("p", {}, `The transcript cannot be shown: ${why(error)}`)));
});
