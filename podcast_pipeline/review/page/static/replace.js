// Find and replace over the whole text: every place is seen before, all of it is one step to undo.
import { clock, dialog, el, why } from "../../../loopback/static/dom.js";
import { button, buttons } from "./dialogs.js";

/** @import { Wanted } from "./history.js" */
/** @import { Page } from "./main.js" */
/** @import { Player } from "./player.js" */
/** @import { Paragraph, Store } from "./store.js" */
/** @import { Surface } from "./surface.js" */
/** @typedef {{ p: Paragraph, places: number[], box?: HTMLInputElement }} Hit */
/** @typedef {Record<string, string>} Texts - by paragraph */
/** @typedef {{ find: string, replacement: string, remember: boolean, after: Texts, before: Texts }} Answer */

export class Replace {
  /** @param {Page} page */
  constructor({ store, net, saver, surface, history, player, status }) {
    this.store = store;
    this.net = net;
    this.saver = saver;
    this.surface = surface;
    this.history = history;
    this.player = player;
    this.status = status;
  }

  async open() {
    await this.saver.flush();
    const { store } = this;
    const answer = await ask(store, this.surface, this.player);
    if (!answer) return;
    const { before, after, find, replacement } = answer;
    // A paragraph is replaced while it has the text that was seen in the list, and put back while it has the new one.
    /** @param {Texts} there @param {Texts} wanted @returns {() => Wanted} */
    const texts = (there, wanted) => () => {
      const still = this.history.unchanged(Object.keys(wanted), (p) => p.text === there[p.id]);
      return still.length ? ["replace_all", { find, replacement, texts: Object.fromEntries(still.map((id) => [id, [store.paragraphs.get(id)?.rev, wanted[id]]])) }] : null;
    };
    if (answer.remember) await this.remember(replacement, find);
    await this.history.did(`replacing “${find}”`, texts(before, after), texts(after, before));
  }

  /** @param {string} text @param {string} heard */
  async remember(text, heard) {
    try {
      await this.net.post("glossary", { text, heard });
      this.status.say("glossary", `“${text}” is in feed/terms.toml now: the next recognition listens for it.`, "", "good");
    } catch (error) {
      this.status.say("glossary", `“${text}” is not in feed/terms.toml: ${why(error)}`);
    }
  }
}

/**
 * @param {Store} store
 * @param {Surface} surface
 * @param {Player} player
 * @returns {Promise<Answer | undefined>}
 */
function ask(store, surface, player) {
  return dialog("Find and replace", (close, box) => {
    const find = el("input", { ...store.speech, type: "text", "aria-label": "Find", placeholder: "Find" });
    const by = el("input", { ...store.speech, type: "text", "aria-label": "Replace by", placeholder: "Replace by" });
    /** @param {string} label @param {boolean} on @returns {[HTMLInputElement, HTMLLabelElement]} */
    const flag = (label, on) => {
      const input = el("input", { type: "checkbox", checked: on });
      input.addEventListener("change", () => search());
      return [input, el("label", { class: "line" }, input, label)];
    };
    const [whole, wholeLine] = flag("whole words", true);
    const [exact, exactLine] = flag("upper and lower case as written", false);
    const remember = el("input", { type: "checkbox" });
    const rememberLine = el("label", { class: "line" }, remember, "also add to feed/terms.toml, for the next recognition");
    const list = el("div", { class: "hits" });
    const go = button("Replace", () => finish(), "primary");
    /** @type {Hit[]} */
    let hits = [];
    /** @param {string} text */
    const fold = (text) => {
      const plain = text.normalize("NFD").replace(/\p{M}/gu, "");
      return exact.checked ? plain : plain.toLowerCase();
    };
    // Folded letter by letter, so that places in the folded text are places in the text.
    /** @param {string} text */
    const folded = (text) => [...text].map((letter) => { const f = fold(letter); return f.length === letter.length ? f : letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter; }).join("");
    /** @param {string} text @param {string} wanted */
    const places = (text, wanted) => {
      /** @type {number[]} */
      const starts = [];
      if (!wanted) return starts;
      const flat = folded(text);
      for (let at = flat.indexOf(wanted); at >= 0; at = flat.indexOf(wanted, at + wanted.length)) {
        /** @param {string | undefined} c */
        const edge = (c) => !c || !/[\p{L}\p{N}]/u.test(c);
        if (!whole.checked || (edge(text[at - 1]) && edge(text[at + wanted.length]))) starts.push(at);
      }
      return starts;
    };
    /** @param {Hit} hit */
    const replaced = (hit) => {
      let text = hit.p.text;
      for (const at of [...hit.places].reverse()) text = text.slice(0, at) + by.value + text.slice(at + find.value.length);
      return text.replace(/\s+/g, " ");
    };
    const search = () => {
      const started = performance.now();
      const wanted = folded(find.value);
      hits = store.listed().map((p) => ({ p, places: places(p.text, wanted) })).filter((hit) => hit.places.length);
      performance.measure("find", { start: started, end: performance.now() });
      surface.marks.found(hits.flatMap((hit) => hit.places.map((at) => ({ id: hit.p.id, start: at, end: at + find.value.length }))));
      /** @param {Hit} hit */
      const row = (hit) => {
        hit.box = el("input", { type: "checkbox", checked: hit.p.state !== "checked", "aria-label": `Paragraph ${store.place(hit.p.id) + 1}` });
        hit.box.addEventListener("change", label);
        const play = button(clock(hit.p.start), () => player.hear(hit.p.times[2 * wordAt(hit)] ?? hit.p.start, (hit.p.times[2 * wordAt(hit) + 1] ?? hit.p.start) + 1000, 1000));
        const [first, to] = [hit.places[0], hit.places[0] + find.value.length];
        const from = first > 40 ? hit.p.text.indexOf(" ", first - 40) + 1 : 0;
        const end = hit.p.text.length - to > 40 ? hit.p.text.lastIndexOf(" ", to + 40) : hit.p.text.length;
        return el("div", { class: "hit" }, hit.box, play, el("span", store.speech, (from ? "… " : "") + hit.p.text.slice(from, first),
          el("mark", {}, hit.p.text.slice(first, to)), hit.p.text.slice(to, Math.max(to, end)) + (end < hit.p.text.length ? " …" : "")), hit.places.length > 1 ? el("b", {}, `×${hit.places.length}`) : null);
      };
      const [open, checked] = [hits.filter((hit) => hit.p.state !== "checked"), hits.filter((hit) => hit.p.state === "checked")];
      list.replaceChildren(...open.slice(0, 300).map(row), ...(checked.length ? [el("h3", {}, "In checked paragraphs: tick to replace")] : []), ...checked.slice(0, 300).map(row));
      label();
    };
    /** @param {Hit} hit */
    const wordAt = (hit) => Math.max(0, hit.p.text.slice(0, hit.places[0]).split(/\s+/).length - 1);
    const chosen = () => hits.filter((hit) => hit.box?.checked);
    const label = () => {
      const total = chosen().reduce((sum, hit) => sum + hit.places.length, 0);
      go.textContent = total ? `Replace ${total}` : "Replace";
      go.disabled = !total;
    };
    const finish = () => close({
      find: find.value, replacement: by.value, remember: remember.checked && by.value.trim() !== "",
      after: Object.fromEntries(chosen().map((hit) => [hit.p.id, replaced(hit)])),
      before: Object.fromEntries(chosen().map((hit) => [hit.p.id, hit.p.text])),
    });
    find.addEventListener("input", search);
    by.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault(); // else it parts the paragraph that has the focus after the dialog
      if (!go.disabled) finish();
    });
    box.addEventListener("close", () => surface.marks.found([]));
    const selection = String(getSelection()).trim();
    if (selection && selection.length < 60) find.value = selection;
    setTimeout(search);
    return [el("div", { class: "fields" }, find, by), el("div", { class: "fields" }, wholeLine, exactLine, rememberLine), list, buttons(button("Cancel", () => close()), go)];
  }, "wide");
}
