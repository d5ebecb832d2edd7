// The server of a review, and what happens while it cannot be reached.
import { newId } from "../../../loopback/static/dom.js";
import { Net as Server } from "../../../loopback/static/net.js";

/**
 * The text of a paragraph that another one was made from.
 * @typedef {{ rev: number, text: string, words?: [number, number] }} Base
 */
/** @typedef {{ key: string, slug: string, tab: string, id: string, text: string, base?: Base }} Draft */

export class Net extends Server {
  constructor() {
    super();
    this.slug = "";
    this.by = "";
  }

  // The opening of the journal that this page has seen.
  get opening() {
    return this.headers["X-Opening"] ?? "";
  }

  set opening(opening) {
    this.headers["X-Opening"] = opening;
  }

  /** @param {string} name */
  get(name) {
    return this.ask("GET", `/e/${this.slug}/${name}`);
  }

  /** @param {string} name @param {object} body */
  post(name, body) {
    return this.ask("POST", `/e/${this.slug}/${name}`, { op: newId(), by: this.by, ...body });
  }

  /** @param {string} id @param {number} rev @param {object} body */
  put(id, rev, body) {
    return this.ask("PUT", `/e/${this.slug}/p/${id}`, body, { "If-Match": `"r${rev}"` });
  }

  // For the moment in which the page goes away.
  /** @param {string} name @param {object} body */
  last(name, body) {
    const data = JSON.stringify({ op: newId(), by: this.by, ...body });
    const headers = { "Content-Type": "application/json", ...this.headers };
    fetch(`/e/${this.slug}/${name}`, { method: "POST", headers, body: data, keepalive: true }).catch(() => {});
  }
}

// What was typed and not yet acknowledged, kept through a crash of the browser: by paragraph and by tab, so that two
// tabs never take each other's.
export class Drafts {
  /** @param {string} slug */
  constructor(slug) {
    /** @type {Promise<IDBDatabase | null>} */
    this.ready = new Promise((resolve) => {
      const request = indexedDB.open("podcast-review", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("drafts");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    });
    this.slug = slug;
    this.tab = newId();
    /** @type {Map<string, Promise<any>>} */
    this.writes = new Map(); // id -> whether the last text of it is kept
    // Held until the tab is gone: what a tab that lives has not saved yet is its own affair.
    navigator.locks?.request(`review-${this.tab}`, () => new Promise(() => {}));
  }

  /** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} */
  async run(mode, act) {
    const base = await this.ready;
    if (!base) return undefined;
    return new Promise((resolve) => {
      const request = act(base.transaction("drafts", mode).objectStore("drafts"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    });
  }

  /** @param {string} id */
  key(id) {
    return `${this.slug}/${id}/${this.tab}`;
  }

  /** @param {string} id @param {string} text @param {Base} [base] */
  keep(id, text, base) {
    const { slug, tab } = this;
    this.writes.set(id, this.run("readwrite", (store) => store.put({ slug, tab, id, text, base }, this.key(id))));
  }

  /** @param {string} id */
  drop(id) {
    this.writes.delete(id);
    return this.remove(this.key(id));
  }

  /** @param {string} key */
  remove(key) {
    return this.run("readwrite", (store) => store.delete(key));
  }

  // Whether everything unsaved would be there after the page is loaded again.
  async safe() {
    return (await Promise.all(this.writes.values())).every(Boolean);
  }

  // What tabs that are gone have left behind.
  /** @returns {Promise<Draft[]>} */
  async left() {
    /** @type {Omit<Draft, "key">[]} */
    const values = (await this.run("readonly", (store) => store.getAll())) || [];
    /** @type {string[]} */
    const keys = (await this.run("readonly", (store) => store.getAllKeys())) || [];
    const held = new Set(((await navigator.locks?.query())?.held || []).map((lock) => lock.name));
    const all = values.map((draft, place) => ({ ...draft, key: keys[place] }));
    return all.filter((draft) => draft.slug === this.slug && !held.has(`review-${draft.tab}`));
  }
}
