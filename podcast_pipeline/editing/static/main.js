// The desk: one episode beside what is said in it, or the list of all; every command goes through `run`.
import { announce, byId as $, count, dialog, el, icon, why } from "../../loopback/static/dom.js";
import { Keys } from "../../loopback/static/keys.js";
import { Net } from "../../loopback/static/net.js";
import { Player } from "../../loopback/static/player.js";
import { Wave } from "../../loopback/static/wave.js";
import { About } from "./about.js";
import { Chapters } from "./chapters.js";
import { Claims } from "./claims.js";
import { COMMANDS, FIXED } from "./commands.js";
import { list } from "./list.js";
import { People } from "./people.js";
import { Quality } from "./quality.js";
import { Sheet } from "./sheet.js";
import { Transcript } from "./transcript.js";

/** @import { Made, Show } from "./sheet.js" */
/** @import { Recording } from "./transcript.js" */
/** @import { Cut, Span } from "../../loopback/static/wave.js" */
/** @typedef {{ root: HTMLElement, sync: (made?: Made) => void, heard?: (ms: number) => void, fresh?: () => void, step?: (by: number) => void, shown?: () => void }} Panel */

/** @type {[string, string, (desk: Desk) => Panel][]} */
const PANELS = [
  ["chapters", "Chapters", (desk) => new Chapters(desk)], ["about", "Summary and dates", (desk) => new About(desk)],
  ["people", "People", (desk) => new People(desk)], ["claims", "Claims", (desk) => new Claims(desk)],
  ["quality", "Quality", (desk) => new Quality(desk)],
];

export class Desk {
  /** @param {Show} show @param {string} slug */
  constructor(show, slug) {
    this.show = show;
    this.sheet = new Sheet(show, slug);
    this.player = new Player($("player"), "Everything can be edited, and times written by hand.");
    const { player } = this;
    /** @type {{ facts: { slug: string, peaks: boolean }, cuts: Cut[], holes: Span[], on: () => void }} */
    this.sounds = { facts: { slug, peaks: false }, cuts: [], holes: [], on: () => {} };
    this.wave = new Wave(player.wave, player, this.sounds);
    this.transcript = new Transcript($("text"), (ms) => player.available && player.seek(ms), (ms) => player.hear(ms));
    /** @type {Record<string, Panel>} */
    this.panels = Object.fromEntries(PANELS.map(([name, , make]) => [name, make(this)]));
    this.mode = "";
    player.on("time", (ms) => {
      this.transcript.heard(ms);
      for (const panel of Object.values(this.panels)) panel.heard?.(ms);
    });
    player.on("follow", (on) => { this.transcript.following = on; });
    this.sheet.on("view", (made) => this.sync(made));
    this.sheet.on("saving", () => this.status());
    this.sheet.on("said", (sentence) => this.say("said", `${sentence[0].toUpperCase()}${sentence.slice(1)}.`));
    this.sheet.on("recording", () => this.record());
    this.keys = new Keys(COMMANDS, FIXED, "desk-keys", "?", (name) => this.run(name));
    addEventListener("beforeunload", (event) => { if (this.sheet.dirty.size || this.sheet.waiting) event.preventDefault(); });
  }

  async open() {
    await this.sheet.load();
    $("text").hidden = false;
    for (const footer of document.querySelectorAll("footer")) footer.hidden = false;
    const modes = PANELS.map(([name, words]) => {
      const made = el("button", { type: "button", "data-mode": name, "aria-pressed": "false" }, words);
      made.addEventListener("click", () => this.choose(name));
      return made;
    });
    $("modes").replaceChildren(...modes);
    const keys = el("button", { type: "button", class: "plain" }, "Keyboard…");
    keys.addEventListener("click", () => this.keys.help());
    const all = el("a", { class: "plain", href: "#" }, icon("menu"), "All episodes");
    const review = el("button", { type: "button", class: "plain" }, "Review");
    review.addEventListener("click", () => this.review());
    $("tools").replaceChildren(all, review, keys);
    this.choose(localStorage.getItem("desk-mode") ?? PANELS[0][0]);
    await this.record();
    document.body.dataset.ready = "true";
  }

  // The words and the sound, as they are built.
  async record() {
    try {
      const recording = /** @type {Recording} */ (await this.sheet.net.ask("GET", `/e/${this.sheet.slug}/recording`));
      this.transcript.load(recording, this.show.people);
      this.sounds.facts.peaks = recording.peaks;
      this.sounds.holes = recording.holes.map(([start, end]) => ({ start, end }));
      const at = this.player.now;
      this.player.take(this.sheet.slug, recording.audio, this.transcript.end + 1000);
      if (at) this.player.seek(at);
      await this.wave.load();
    } catch (error) {
      this.say("recording", `The transcript cannot be shown: ${why(error)}.`, "bad");
    }
  }

  /** @param {string} mode */
  choose(mode) {
    this.mode = mode in this.panels ? mode : PANELS[0][0];
    localStorage.setItem("desk-mode", this.mode);
    for (const choice of $("modes").children) choice.setAttribute("aria-pressed", String(choice.getAttribute("data-mode") === this.mode));
    $("panel").replaceChildren(this.panels[this.mode].root);
    this.panels[this.mode].shown?.();
  }

  /** @param {Made} [made] */
  sync(made) {
    const title = String(this.sheet.view.values[""].title ?? this.sheet.slug);
    document.title = `${title} · Desk`;
    $("title").textContent = title;
    $("title").lang = this.show.language;
    for (const panel of Object.values(this.panels)) panel.sync(made);
    this.problems();
  }

  problems() {
    this.unsay("problems");
    const { problems, file } = this.sheet.view;
    const said = problems.map(([place, sentence]) => (place ? `${place}: ${sentence}` : sentence));
    if (said.length) this.say("problems", `${file} has ${count(said.length, "problem")}: ${said.join("; ")}.`, "bad");
  }

  status() {
    const { sheet } = this;
    const unsaved = sheet.dirty.size;
    const bad = sheet.fault || !sheet.net.online || sheet.net.over;
    const state = bad ? "bad" : unsaved || sheet.waiting ? "busy" : "good";
    let words = sheet.saved ? `Saved ${sheet.saved}` : "Nothing changed yet";
    if (sheet.waiting) words = "Saving…";
    else if (unsaved) words = `Not saved: ${count(unsaved, "field")}`;
    if (!sheet.net.online) words += " · the server cannot be reached: start podcast desk again";
    else if (sheet.net.over) words += " · the server was started again: open the address that it printed";
    else if (sheet.fault) words += ` · ${sheet.fault}`;
    const values = sheet.view.values;
    if (values) words += ` · ${count(values.chapter.length, "chapter")} · ${count(values.claim.length, "claim")}`;
    if ($("status").dataset.state !== state || $("status").textContent !== words) {
      if (state === "good" && $("status").dataset.state === "busy") announce("Saved.");
      $("status").dataset.state = state;
      $("status").textContent = words;
    }
  }

  // Whether a change may be made: of an episode that is public a person first hears what that means.
  async allowed() {
    const { sheet } = this;
    if (!sheet.view.public || sheet.told) return true;
    const answer = await dialog("This episode is public", (close) => {
      const leave = el("button", { type: "button", class: "plain" }, "Leave it");
      leave.addEventListener("click", () => close());
      const go = el("button", { type: "button", class: "primary" }, "Change it here");
      go.addEventListener("click", () => close(true));
      return [el("p", {}, sheet.view.public), el("div", { class: "actions" }, leave, go)];
    });
    sheet.told = answer === true;
    return sheet.told;
  }

  // The review page of this episode, in a tab of its own.
  async review() {
    try {
      const { url } = await this.sheet.net.ask("POST", `/e/${this.sheet.slug}/review`, {});
      this.say("review", "The review page is open on this computer: ", "good", el("a", { href: url, target: "_blank", rel: "noopener" }, "go there"));
    } catch (error) {
      this.say("review", `The review page cannot be opened: ${why(error)}.`, "bad");
    }
  }

  /** @param {string} name */
  run(name) {
    const panel = this.panels[this.mode];
    /** @type {Record<string, () => void>} */
    const commands = {
      play: () => this.player.toggle(), back: () => this.player.skip(-3), forward: () => this.player.skip(3),
      set: () => this.set(), fresh: () => panel.fresh?.(), up: () => panel.step?.(-1), down: () => panel.step?.(1),
      next: () => this.beside(1), help: () => this.keys.help(),
    };
    commands[name]();
  }

  // The time of the row where somebody writes.
  set() {
    const row = document.activeElement?.closest(".row");
    const own = document.activeElement?.closest(".field.time")?.querySelector(".set");
    const button = own ?? row?.querySelector(".set");
    if (button instanceof HTMLElement) button.click();
  }

  /** @param {number} by */
  beside(by) {
    const names = PANELS.map(([name]) => name);
    this.choose(names[(names.indexOf(this.mode) + by + names.length) % names.length]);
    $("panel").focus();
  }

  /** @param {string} id @param {string} words @param {string} [state] @param {HTMLElement[]} more */
  say(id, words, state = "", ...more) {
    this.unsay(id);
    const away = el("button", { type: "button", class: "away", "aria-label": "Put this notice away" }, "×");
    away.addEventListener("click", () => this.unsay(id));
    $("notices").append(el("div", { class: `notice ${state}`, "data-id": id }, icon("alert"), el("p", {}, words), ...more, away));
    announce(words);
  }

  /** @param {string} id */
  unsay(id) {
    document.querySelector(`.notice[data-id="${id}"]`)?.remove();
  }
}

async function start() {
  const show = /** @type {Show} */ (await new Net().ask("GET", "/show"));
  $("show").textContent = show.title;
  $("show").lang = show.language;
  const slug = decodeURIComponent(location.hash.slice(1));
  addEventListener("hashchange", () => location.reload());
  if (!show.episodes.some((episode) => episode.slug === slug)) {
    list(show, slug);
    document.body.dataset.ready = "true";
    return;
  }
  const desk = new Desk(show, slug);
  Object.assign(globalThis, { desk }); // for tests and for the curious
  await desk.open();
}

start().catch((error) => {
  $("notices").append(el("div", { class: "notice bad" }, el("p", {}, `This cannot be shown: ${why(error)}`)));
  document.body.dataset.ready = "true";
});
