// An episode as the server told it last, and every change on its way: one after the other, saved when the server says so.
import { Emitter, newId, why } from "../../loopback/static/dom.js";
import { Net } from "../../loopback/static/net.js";

/** @typedef {{ id: string, locator?: string, relation?: string }} Citation */
/** @typedef {string | number | boolean | null | Citation[]} Value */
/** @typedef {Record<string, Value | undefined>} Entry - the keys of a table that stand in the file */
/** @typedef {"" | "chapter" | "person" | "claim"} ArrayName */
/** @typedef {{ "": Entry, chapter: Entry[], person: Entry[], claim: Entry[] }} Values */
/** @typedef {{ slug: string, file: string, revision: string, values: Values, problems: [string, string][], public: string, recording: string }} View */
/** @typedef {View & { index: number, said: string[] }} Done */
/** @typedef {{ kind: "set" | "add" | "remove", array: ArrayName, values?: Record<string, any>, op?: string }} Act */
/** @typedef {{ index: number, act: Act, row?: object }} Made - what an act of this page did, and to which of its rows */
/** @typedef {{ key: string, help: string, choices: string[], needed: boolean }} Key */
/** @typedef {{ slug: string, title: string, publish_at: string, recorded: string, fault?: string }} Listed */
/**
 * @typedef {{ title: string, language: string, people: Record<string, string>, references: Record<string, string>,
 *   keys: Record<ArrayName, Key[]>, episodes: Listed[] }} Show
 */

const EVERY = 5000; // ms between two looks at the file

/** @extends {Emitter<{ view: Made | undefined, saving: undefined, said: string, recording: undefined }>} */
export class Sheet extends Emitter {
  /** @param {Show} show @param {string} slug */
  constructor(show, slug) {
    super();
    this.show = show;
    this.slug = slug;
    this.net = new Net();
    this.view = /** @type {View} */ ({});
    this.told = false; // whether a person knows what a change of a public episode means
    this.waiting = 0;
    this.saved = "";
    this.fault = "";
    /** @type {Set<object>} */
    this.dirty = new Set(); // fields that hold what is not on the disk
    /** @type {Promise<any>} */
    this.queue = Promise.resolve();
    this.timer = setInterval(() => this.poll(), EVERY);
    this.net.on("reached", () => this.emit("saving"));
  }

  close() {
    clearInterval(this.timer);
  }

  /** @param {ArrayName} array @returns {Entry[]} */
  entries(array) {
    return array ? this.view.values[array] : [this.view.values[""]];
  }

  async load() {
    this.take(await this.net.ask("GET", `/e/${this.slug}/episode`));
  }

  // What others have written since. While something is on its way, the answer to that says more.
  async poll() {
    if (this.waiting) return;
    const before = this.view;
    try {
      const view = /** @type {View} */ (await this.net.ask("GET", `/e/${this.slug}/episode`));
      this.fault = "";
      if (this.waiting || this.view !== before) return;
      const built = before.recording !== view.recording;
      if (JSON.stringify(view) !== JSON.stringify(before)) this.take(view);
      if (built) this.emit("recording");
    } catch (error) {
      this.fault = error instanceof TypeError ? "" : why(error);
    }
    this.emit("saving");
  }

  /** @param {View} view @param {Made} [made] */
  take(view, made) {
    const { slug, file, revision, values, problems, public: meaning, recording } = view;
    this.view = { slug, file, revision, values, problems, public: meaning, recording };
    this.emit("view", made);
    this.emit("saving");
  }

  // Ask for a change. `entry` is asked for when its turn comes: what goes before may have changed it. Raises Refusal
  // for what was not done, TypeError where nobody answers.
  /** @param {Act} act @param {() => Entry} entry @param {object} [row] @returns {Promise<Done>} */
  edit(act, entry, row) {
    this.waiting += 1;
    this.emit("saving");
    const body = { op: newId(), ...act };
    const done = this.queue.then(() => this.net.ask("POST", `/e/${this.slug}/edit`, { ...body, entry: entry(), public: this.told }));
    this.queue = done.then((/** @type {Done} */ view) => {
      this.saved = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      this.fault = "";
      this.waiting -= 1;
      this.take(view, { index: view.index, act, row });
      for (const sentence of view.said) this.emit("said", sentence);
    }, () => {
      this.waiting -= 1;
      this.emit("saving");
    });
    return this.queue.then(() => done);
  }

  /** @param {object} field @param {boolean} on */
  mark(field, on) {
    if (this.dirty.has(field) === on) return;
    if (on) this.dirty.add(field);
    else this.dirty.delete(field);
    this.emit("saving");
  }
}
