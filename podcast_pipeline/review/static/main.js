// The page: everything is put together here, and every command goes through `run`.
import { announce, clock, count, el, icon, spokenLength } from "./dom.js";
import { Drafts, Net } from "./net.js";
import { Store } from "./store.js";
import { Surface } from "./surface.js";
import { Saver } from "./saving.js";
import { History } from "./history.js";
import { Player } from "./player.js";
import { Wave } from "./wave.js";
import { Checklist } from "./checklist.js";
import { Changes } from "./changes.js";
import { COMMANDS, Keys } from "./keys.js";
import * as ask from "./dialogs.js";

const POLL = 5000;
const REWIND = 1500; // ms that are heard again after typing
const MODES = [["check", "Check list"], ["read", "Read and listen"], ["changes", "Changes"]];
const $ = (id) => document.getElementById(id);

const net = new Net();
const store = new Store();

async function start() {
  // There is one episode; the server tells its name by the only address it has.
  net.slug = await (await fetch("/episode")).json();
  const view = await net.get("transcript");
  document.documentElement.lang = "en";
  document.title = `${view.title} · Review`;
  $("title").textContent = view.title;
  $("title").title = view.title;
  $("show").textContent = view.show;
  net.by = localStorage.getItem("review-by") || "";
  const page = new Page(view);
  await page.open();
  globalThis.reviewPage = page; // for tests and for the curious
}

class Page {
  constructor(view) {
    this.surface = new Surface($("text"), store);
    this.drafts = new Drafts(view.slug);
    this.saver = new Saver(store, net, this.surface, this.drafts);
    this.history = new History(store, this.saver, this.surface);
    this.player = new Player($("player"), store, net);
    this.wave = new Wave(this.player.wave, this.player, store);
    this.checklist = new Checklist($("side"), store, this.surface, this.player, (...words) => this.act(...words));
    this.changes = new Changes($("changes"), store, this.player, (...words) => this.act(...words));
    this.keys = new Keys((name) => this.run(name), () => this.checklist.focused);
    this.view = view;
    const top = () => document.documentElement.style.setProperty("--top", `${$("top").offsetHeight}px`);
    new ResizeObserver(top).observe($("top"));
    this.wire();
  }

  wire() {
    const { surface, player, saver } = this;
    surface.on("seek", ({ id, word }) => player.available && player.seek(store.paragraphs.get(id).times[2 * word] ?? 0));
    surface.on("play", ({ id, word }) => player.hear(store.paragraphs.get(id).times[2 * word] ?? store.paragraphs.get(id).start));
    surface.on("split", (place) => this.split(place));
    surface.on("merge", ({ id, by }) => this.merge(id, by));
    surface.on("toggle", (id) => this.toggle(id));
    surface.on("answered", (id) => this.act("answered", id));
    surface.on("speaker", (id) => this.speaker(id));
    surface.on("typed", () => this.typing());
    player.on("time", (ms) => surface.speak(player.playing || ms > 0 ? store.at(ms) : null));
    player.on("follow", (on) => { surface.following = on; });
    saver.on("state", () => this.status());
    saver.on("conflict", (found) => this.conflict(found));
    saver.on("refused", ({ error, id }) => this.notice("refused", id ? `Not saved: ${error.message}` : error.message, error.body?.hint));
    net.on("online", (on) => {
      if (on) this.unnotice("offline");
      else this.notice("offline", "The page's server cannot be reached. What you type is kept in this browser and saved as soon as it answers.");
      this.status();
    });
    store.on("status", () => this.status());
    const state = () => localStorage.setItem(`review-at-${store.facts.slug}`, JSON.stringify({ mode: this.mode, p: surface.active }));
    surface.root.addEventListener("focusin", state);
    this.remember = state;
  }

  async open() {
    performance.mark("loading");
    this.tools();
    store.load(this.view);
    performance.mark("loaded");
    this.player.load();
    this.wave.load();
    const kept = JSON.parse(localStorage.getItem(`review-at-${store.facts.slug}`) || "{}");
    this.choose(kept.mode || "check");
    if (kept.p && store.paragraphs.has(kept.p)) {
      this.surface.rove(kept.p);
      if (kept.mode && kept.mode !== "check") this.surface.show(kept.p);
    }
    for (const note of store.facts.notes) this.notice(`note-${note}`, `${note[0].toUpperCase()}${note.slice(1)}.`);
    setInterval(() => this.poll(), POLL);
    document.body.dataset.ready = "true";
    await this.offerDrafts();
    if (!net.by) await this.who();
  }

  tools() {
    const modes = MODES.map(([name, label]) => {
      const made = el("button", { type: "button", "data-mode": name, "aria-pressed": "false" }, label);
      made.addEventListener("click", () => this.choose(name));
      return made;
    });
    $("modes").append(...modes);
    this.me = el("button", { type: "button", class: "plain me", title: "Who are you?" });
    this.me.addEventListener("click", () => this.who());
    this.signer = el("button", { type: "button", class: "primary" }, "Sign off");
    this.signer.addEventListener("click", () => this.sign());
    const more = el("details", { class: "more" }, el("summary", { "aria-label": "More" }, icon("menu")));
    const item = (label, act) => {
      const made = el("button", { type: "button" }, label);
      made.addEventListener("click", () => { more.open = false; act(); });
      return made;
    };
    more.append(el("div", { class: "menu" }, item("Fillers and pauses…", () => this.offers()), item("Find and replace…", () => this.run("replace")),
      item("Cut the selected words, or uncut", () => this.run("cut")), item("Cut the paragraph, or uncut", () => this.run("cutAll")),
      item("Cut for privacy…", () => this.private()), item("Ask about this paragraph…", () => this.run("query")), item("Check all up to here", () => this.checkAll()),
      item("Open in another browser…", () => this.invite()), item("Keyboard…", () => this.keys.help())));
    $("tools").append(this.me, more, this.signer);
  }

  choose(mode) {
    this.mode = mode;
    document.body.dataset.mode = mode;
    for (const one of $("modes").children) one.setAttribute("aria-pressed", String(one.dataset.mode === mode));
    $("text").hidden = mode === "changes";
    this.changes.show(mode === "changes");
    this.checklist.show(mode === "check");
    this.remember();
  }

  // -- what is saved, what is left -----------------------------------------------------------------------------------

  status() {
    const s = store.status;
    const time = this.saver.last ? ` ${String(this.saver.last.getHours()).padStart(2, "0")}:${String(this.saver.last.getMinutes()).padStart(2, "0")}` : "";
    const saved = !net.online ? "Not saved: offline" : this.saver.dirty ? "Saving…" : `Saved${time}`;
    const parts = [saved, `${s.checked} of ${s.paragraphs} checked`, s.must ? `${s.must} must-check left` : "nothing must-check left"];
    if (s.queries) parts.push(count(s.queries, "open question"));
    if (s.cuts) parts.push(`${count(s.cuts, "cut")}, ${spokenLength(s.cut_ms)}`);
    const mine = s.heard?.[net.by];
    if (mine !== undefined) parts.push(`${mine} % heard by you`);
    const text = parts.join(" · ");
    if ($("status").textContent !== text) $("status").textContent = text;
    $("status").dataset.state = !net.online ? "bad" : this.saver.dirty ? "busy" : "good";
    if (this.spokenState !== saved.split(" ")[0]) {
      this.spokenState = saved.split(" ")[0];
      if (!this.saver.dirty && this.saver.last) announce("Saved");
    }
    this.me.replaceChildren(icon("person"), el("span", {}, net.by ? store.name(net.by) : "Who are you?"));
    const signature = s.signoff;
    const seal = JSON.stringify(signature);
    if (seal !== this.seal) {
      this.seal = seal;
      this.unnotice("signed");
      if (signature?.void.length) this.notice("signed", `Sign-off void: ${signature.void.join("; ")}.`, "", "warn");
      else if (signature) this.notice("signed", `Signed off by ${signature.name} on ${signature.at}, for exactly this sound and text.${signature.example ? " This person is invented." : ""}`, "", "good");
    }
    if (s.fault) this.notice("fault", s.fault, "Nothing more is saved. Stop the page and start it again.", "bad");
  }

  notice(id, text, hint = "", kind = "warn") {
    this.unnotice(id);
    const close = el("button", { type: "button", class: "plain", "aria-label": "Close this message" }, "×");
    const made = el("div", { class: `notice ${kind}`, "data-id": id }, icon(kind === "good" ? "check" : "alert"), el("p", {}, text, hint ? el("small", {}, ` ${hint}`) : ""), close);
    close.addEventListener("click", () => made.remove());
    $("notices").append(made);
    if (kind !== "good" && id !== "signed") announce(text);
  }

  unnotice(id) {
    for (const one of [...$("notices").children]) if (one.dataset.id === id) one.remove();
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    try {
      const since = store.seq;
      const view = await net.get(`changes?since=${since}`);
      if (view.seq !== since || JSON.stringify(view.status) !== JSON.stringify(store.status)) store.apply(view, since + 1);
      if (view.status.final !== store.facts.final) await this.rebuilt();
    } catch (error) {
      if (error.status === 401) this.notice("session", "The server was started again: open the address that it printed.");
    } finally {
      this.polling = false;
    }
  }

  // The programme was built while the page was open: Final plays the new one, by its own map of times.
  async rebuilt() {
    const { final, timeline, audio, peaks } = await net.get("transcript");
    const wasSilent = !store.facts.audio && audio;
    Object.assign(store.facts, { final, timeline, audio, peaks });
    if (wasSilent) location.reload();
    this.player.which.hidden = !final;
    if (this.player.final) this.player.switch(true);
    this.notice("rebuilt", "The programme was built again: Final plays the new one.", "", "good");
  }

  async offerDrafts() {
    const found = (await this.drafts.all()).filter((draft) => {
      const known = store.paragraphs.get(draft.id);
      const unsaved = known && known.text !== draft.text;
      if (!unsaved) this.drafts.drop(draft.id);
      return unsaved;
    });
    if (!found.length) return;
    const answer = await ask.drafts(store, found);
    for (const draft of found) {
      if (answer === "keep") this.surface.put(this.surface.turns.get(draft.id), draft.text);
      else if (answer === "drop") this.drafts.drop(draft.id);
    }
  }

  async conflict({ id, mine, theirs }) {
    if (!theirs) {
      this.notice("gone", "Somebody joined this paragraph with another one; your text was:", mine);
      return;
    }
    store.apply({ ...this.saver.empty(), paragraphs: [theirs] }, Infinity);
    const answer = await ask.conflict(store, mine, theirs);
    this.surface.put(this.surface.turns.get(id), (answer || { text: mine }).text);
    await this.saver.now(id);
  }

  // -- commands ------------------------------------------------------------------------------------------------------

  run(name) {
    const turn = this.surface.current_turn();
    const commands = {
      play: () => this.player.toggle(), back: () => this.player.skip(-3), forward: () => this.player.skip(3),
      here: () => this.here(turn), check: () => this.checkAndGo(turn), up: () => this.surface.step(-1), down: () => this.surface.step(1),
      undo: () => this.history.undo(), redo: () => this.history.redo(), replace: () => this.replace(), cut: () => this.cut(turn),
      cutAll: () => this.cut(turn, true), query: () => this.act("query", turn.id), speaker: () => this.speaker(turn.id), help: () => this.keys.help(),
    };
    if (name.startsWith("item")) this.checklist.press(Number(name.slice(4)));
    else commands[name]();
  }

  // What panels ask for.
  act(kind, what) {
    const p = (id) => ({ p: id, rev: store.paragraphs.get(id).rev });
    const acts = {
      resolve: () => this.history.did("a decision", () => ["resolve", what], () => ["resolve", { items: what.items, how: "open" }]),
      query: () => ask.query(store.paragraphs.get(what).query).then((text) => text && this.saver.act("query", () => ({ ...p(what), text }))),
      answered: () => this.saver.act("resolve", () => p(what)),
      restore: () => this.restore(what),
      uncut: () => this.uncut(what),
      save: () => this.saver.now(what),
    };
    return acts[kind]();
  }

  restore(id) {
    const before = store.paragraphs.get(id).text;
    const p = () => ({ p: id, rev: store.paragraphs.get(id).rev });
    return this.history.did("the machine's text", () => ["restore", p], () => ["replace_all", () => ({ texts: { [id]: [store.paragraphs.get(id).rev, before] } })]);
  }

  typing() {
    if (!this.player.playing || this.resume) {
      clearTimeout(this.resume);
      if (this.resume) this.resume = setTimeout(() => this.goOn(), 1200);
      return;
    }
    this.player.pause();
    this.resume = setTimeout(() => this.goOn(), 1200);
  }

  goOn() {
    this.resume = 0;
    if (this.mode !== "read") return;
    this.player.seek(Math.max(0, this.player.now - REWIND));
    this.player.play();
  }

  here(turn) {
    const words = turn && this.surface.wordsAt(turn);
    const p = turn && store.paragraphs.get(turn.id);
    if (p) this.player.hear(p.times[2 * (words?.[0] ?? 0)] ?? p.start);
  }

  async split({ id, at }) {
    performance.mark("split");
    const text = this.surface.turns.get(id).text.textContent;
    const before = text.slice(0, at).trim();
    if (!before || !text.slice(at).trim()) return;
    const forth = () => ["split", () => {
      const p = store.paragraphs.get(id);
      return { p: id, rev: p.rev, at: Math.min(p.text.length, at + (/\s/.test(p.text[at] || " ") ? 0 : /\s/.test(p.text[at - 1] || "") ? 0 : 0)) };
    }];
    const view = await this.history.did("a new paragraph", forth, (done) => {
      const next = store.order[store.place(id) + 1];
      return done && next ? ["merge", () => ({ p: id, rev: store.paragraphs.get(id).rev, next, next_rev: store.paragraphs.get(next).rev })] : null;
    });
    if (view) {
      const next = store.order[store.place(id) + 1];
      this.surface.place(this.surface.turns.get(next), 0);
      performance.measure("split done", "split");
    }
  }

  async merge(id, by) {
    const place = store.place(id);
    const [one, two] = by < 0 ? [store.order[place - 1], id] : [id, store.order[place + 1]];
    if (!one || !two) return;
    await this.saver.flush();
    const at = store.paragraphs.get(one).text.length;
    const forth = () => ["merge", () => ({ p: one, rev: store.paragraphs.get(one).rev, next: two, next_rev: store.paragraphs.get(two).rev })];
    const view = await this.history.did("joining two paragraphs", forth, () => ["split", () => ({ p: one, rev: store.paragraphs.get(one).rev, at })]);
    if (view) this.surface.place(this.surface.turns.get(one), at ? at + 1 : 0);
  }

  ps(ids) {
    return () => ({ ps: Object.fromEntries(ids.map((id) => [id, store.paragraphs.get(id).rev])) });
  }

  toggle(id) {
    const on = store.paragraphs.get(id).state !== "checked";
    const [forth, back] = on ? ["check", "uncheck"] : ["uncheck", "check"];
    return this.history.did(on ? "checking" : "taking a check back", () => [forth, this.ps([id])], () => [back, this.ps([id])]);
  }

  async checkAndGo(turn) {
    if (!turn) return;
    if (store.paragraphs.get(turn.id).state !== "checked") await this.toggle(turn.id);
    this.surface.step(1);
  }

  checkAll() {
    const place = store.place(this.surface.active);
    const ids = store.order.slice(0, place + 1).filter((id) => ["machine", "edited"].includes(store.paragraphs.get(id).state));
    if (ids.length) this.history.did(`checking ${count(ids.length, "paragraph")}`, () => ["check", this.ps(ids)], () => ["uncheck", this.ps(ids)]);
  }

  async speaker(id) {
    const answer = await ask.speaker(store, this.player, id);
    const old = store.paragraphs.get(id).speaker;
    if (!answer?.to || answer.to === old) return;
    const from = answer.scope === "turn" ? [id] : store.order.slice(answer.scope === "all" ? 0 : store.place(id)).filter((one) => store.paragraphs.get(one).speaker === old);
    if (answer.scope === "all") {
      const back = () => ["speaker", () => ({ ...this.ps(from)(), speaker: old })];
      await this.history.did("a speaker's name", () => ["speaker_rename", { from: old, to: answer.to }], back);
    } else {
      const set = (who) => () => ["speaker", () => ({ ...this.ps(from)(), speaker: who })];
      await this.history.did("a speaker", set(answer.to), set(old));
    }
  }

  async cut(turn, whole = false) {
    if (!turn) return;
    await this.saver.now(turn.id);
    const p = store.paragraphs.get(turn.id);
    const words = whole ? [0, p.times.length / 2 - 1] : this.surface.lastWords(turn);
    if (!words || words[1] < 0) return;
    const [start, end] = [p.times[2 * words[0]], p.times[2 * words[1] + 1]];
    const over = store.cuts.filter((cut) => cut.start < end && start < cut.end);
    if (over.length) return void this.uncut(over.map((cut) => cut.id));
    await this.cutting("a cut", () => [{ p: turn.id, rev: store.paragraphs.get(turn.id).rev, from: words[0], to: words[1], reason: "content" }]);
    announce("Cut");
  }

  // Words that must not stay anywhere: cut, and taken out of the journal for good.
  async private() {
    const turn = this.surface.current_turn();
    await this.saver.flush();
    const words = turn && this.surface.lastWords(turn);
    if (!words) return;
    const p = store.paragraphs.get(turn.id);
    const said = p.text.split(/\s+/).filter(Boolean).slice(words[0], words[1] + 1).join(" ");
    if (!(await ask.forGood(said))) return;
    const known = new Set(store.cuts.map((cut) => cut.id));
    const view = await this.saver.act("cut", () => ({ cuts: [{ p: turn.id, rev: p.rev, from: words[0], to: words[1], reason: "privacy" }] }));
    if (!view) return;
    await net.post("redact", { ids: store.cuts.map((cut) => cut.id).filter((id) => !known.has(id)) });
    location.reload();
  }

  cutting(name, cuts) {
    let known;
    return this.history.did(name, () => {
      known = new Set(store.cuts.map((cut) => cut.id));
      return ["cut", () => ({ cuts: cuts() })];
    }, () => {
      const ids = store.cuts.map((cut) => cut.id).filter((id) => !known.has(id));
      return ids.length ? ["uncut", { ids }] : null;
    });
  }

  uncut(ids) {
    const gone = store.cuts.filter((cut) => ids.includes(cut.id));
    announce("Uncut");
    let now = ids;
    return this.history.did("taking a cut back", () => ["uncut", { ids: now }], () => {
      const known = new Set(store.cuts.map((cut) => cut.id));
      queueMicrotask(() => {});
      return ["cut", () => {
        store.addEventListener("cuts", () => { now = store.cuts.map((cut) => cut.id).filter((id) => !known.has(id)); }, { once: true });
        return { cuts: gone.map(({ start, end, reason }) => ({ start, end, reason })) };
      }];
    });
  }

  async offers() {
    const found = await net.get("offers");
    const answer = await ask.offers(store, this.player, found);
    if (answer?.accept.length) {
      const reason = { filler: "filler", phrase: "filler", pause: "pause" };
      await this.cutting(count(answer.accept.length, "cut"), () => answer.accept.map(({ start, end, kind }) => ({ start, end, reason: reason[kind] })));
    }
    if (answer?.reject.length) await this.saver.act("offer_rejected", { offers: answer.reject.map(({ kind, start, end }) => [kind, start, end]) });
  }

  async replace() {
    await this.saver.flush();
    const answer = await ask.replace(store, this.surface, this.player);
    if (!answer || !Object.keys(answer.texts).length) return;
    const { before, texts, ...rest } = answer;
    const with_ = (wanted) => () => ({ ...rest, texts: Object.fromEntries(Object.entries(wanted).map(([id, text]) => [id, [store.paragraphs.get(id).rev, text]])) });
    const after = Object.fromEntries(Object.entries(texts).map(([id, [, text]]) => [id, text]));
    await this.history.did(`replacing “${rest.find}”`, () => ["replace_all", with_(after)], () => ["replace_all", with_(before)]);
  }

  async who() {
    const answer = await ask.who(store, net.by);
    if (answer) {
      net.by = answer;
      localStorage.setItem("review-by", answer);
    }
    this.status();
  }

  async sign() {
    if (!net.by) await this.who();
    this.player.end();
    this.player.send();
    const view = await ask.signoff(store, net, this.saver, () => new Promise((resolve) => setTimeout(resolve, 150)));
    if (view) {
      store.apply(view, store.seq + 1);
      this.poll();
    }
  }

  async invite() {
    const { url } = await net.post("invite", {});
    const field = el("input", { type: "text", readonly: true, "aria-label": "Address" });
    field.value = url;
    const { dialog } = await import("./dom.js");
    await dialog("Open in another browser", (close) => {
      const done = el("button", { type: "button", class: "primary" }, "Done");
      done.addEventListener("click", () => close());
      return [el("p", {}, "This address works once, on this computer."), field, el("div", { class: "actions" }, done)];
    });
  }
}

export { COMMANDS, clock };
start().catch((error) => {
  $("notices").append(el("div", { class: "notice bad" }, el("p", {}, `The transcript cannot be shown: ${error.message}`)));
});
