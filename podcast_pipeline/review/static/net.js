// The server, and what happens while it cannot be reached.
import { Emitter, newId } from "./dom.js";

export class Refusal extends Error {
  constructor(status, body) {
    super(body.error || `the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

export class Net extends Emitter {
  constructor() {
    super();
    this.slug = "";
    this.by = "";
    this.online = true;
  }

  // Raises Refusal for an answer that is none, TypeError where nobody answers.
  async ask(method, path, body, headers = {}) {
    const options = { method, headers: { ...headers }, credentials: "same-origin" };
    if (body !== undefined) {
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    let response;
    try {
      response = await fetch(path, options);
    } catch (error) {
      this.reached(false);
      throw error;
    }
    this.reached(true);
    const text = await response.text();
    let value = {};
    try {
      value = JSON.parse(text);
    } catch {
      value = { error: text };
    }
    if (!response.ok) throw new Refusal(response.status, value);
    return value;
  }

  reached(now) {
    if (this.online !== now) {
      this.online = now;
      this.emit("online", now);
    }
  }

  get(name) {
    return this.ask("GET", `/e/${this.slug}/${name}`);
  }

  post(name, body) {
    return this.ask("POST", `/e/${this.slug}/${name}`, { op: newId(), by: this.by, ...body });
  }

  put(id, rev, body) {
    return this.ask("PUT", `/e/${this.slug}/p/${id}`, body, { "If-Match": `"r${rev}"` });
  }

  // For the moment in which the page goes away.
  last(name, body) {
    const data = JSON.stringify({ op: newId(), by: this.by, ...body });
    const headers = { "Content-Type": "application/json" };
    fetch(`/e/${this.slug}/${name}`, { method: "POST", headers, body: data, keepalive: true }).catch(() => {});
  }
}

// What was typed and not yet acknowledged, kept through a crash of the browser.
export class Drafts {
  constructor(slug) {
    this.ready = new Promise((resolve) => {
      const request = indexedDB.open("podcast-review", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("drafts");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    });
    this.slug = slug;
  }

  async run(mode, act) {
    const base = await this.ready;
    if (!base) return undefined;
    return new Promise((resolve) => {
      const request = act(base.transaction("drafts", mode).objectStore("drafts"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    });
  }

  keep(id, text, rev) {
    return this.run("readwrite", (store) => store.put({ slug: this.slug, id, text, rev }, `${this.slug}/${id}`));
  }

  drop(id) {
    return this.run("readwrite", (store) => store.delete(`${this.slug}/${id}`));
  }

  async all() {
    const found = (await this.run("readonly", (store) => store.getAll())) || [];
    return found.filter((draft) => draft.slug === this.slug);
  }
}
