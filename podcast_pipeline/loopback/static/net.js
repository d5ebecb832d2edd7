// The server, and whether it can be reached.
import { Emitter } from "./dom.js";

/** @typedef {{ error?: string, hint?: string, [more: string]: any }} Answer - what a refusal says */

export class Refusal extends Error {
  /** @param {number} status @param {Answer} body */
  constructor(status, body) {
    super(body.error || `the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** @extends {Emitter<{ reached: undefined }>} */
export class Net extends Emitter {
  constructor() {
    super();
    /** @type {Record<string, string>} */
    this.headers = {}; // of every request
    this.online = true;
    this.over = false; // the session, because the server was started again
  }

  // Raises Refusal for an answer that is none, TypeError where nobody answers.
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<any>}
   */
  async ask(method, path, body, headers = {}) {
    /** @type {RequestInit & { headers: Record<string, string> }} */
    const options = { method, headers: { ...this.headers, ...headers }, credentials: "same-origin" };
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
    this.reached(true, response.status === 401);
    const text = await response.text();
    /** @type {Answer} */
    let value = {};
    try {
      value = JSON.parse(text);
    } catch {
      value = { error: text };
    }
    if (!response.ok) throw new Refusal(response.status, value);
    return value;
  }

  /** @param {boolean} online */
  reached(online, over = this.over) {
    if (this.online === online && this.over === over) return;
    Object.assign(this, { online, over });
    this.emit("reached");
  }
}
