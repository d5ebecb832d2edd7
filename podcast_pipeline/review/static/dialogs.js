// The questions that the page asks: who are you, who speaks, which of two texts, do you sign.
import { clock, dialog, el, icon } from "./dom.js";
import { shown } from "./changes.js";

function buttons(...made) {
  return el("div", { class: "actions" }, ...made);
}

function button(label, act, kind = "plain") {
  const made = el("button", { type: "button", class: kind }, label);
  made.addEventListener("click", act);
  return made;
}

export function who(store, by) {
  return dialog("Who are you?", (close) => {
    const people = Object.entries(store.facts.people);
    const own = el("input", { type: "text", placeholder: "or another short name: editor-anna", pattern: "[a-z0-9][a-z0-9-]{0,63}", "aria-label": "Another short name" });
    const list = el("div", { class: "people" }, ...people.map(([id, name]) => {
      const made = button(name, () => close(id), id === by ? "primary" : "plain");
      return made;
    }));
    const take = button("Go on", () => { if (own.value && own.checkValidity()) close(own.value); else own.reportValidity(); }, "primary");
    return [el("p", {}, "The name stands beside every change. This page knows names, not identities: it asks nobody for a password."),
      list, own, buttons(take)];
  });
}

export function query(text = "") {
  return dialog("What is the question?", (close) => {
    const field = el("textarea", { rows: 3, "aria-label": "Question", maxlength: "2000" });
    field.value = text;
    const ask = button("Ask", () => { if (field.value.trim()) close(field.value.trim().replace(/\s+/g, " ")); }, "primary");
    return [el("p", {}, "It stays with the paragraph and stops the sign-off until somebody answers it."), field, buttons(button("Cancel", () => close()), ask)];
  });
}

export function forGood(said) {
  return dialog("Cut for privacy", (close) => [
    el("p", {}, "“", el("b", {}, said), "” is cut from the audio, and its words are taken out of the journal for good. This cannot be undone."),
    el("p", {}, "They stay in the recording under raw/, and in what git already has: whoever looks after the repository must see to that."),
    buttons(button("Cancel", () => close(false)), button("Cut and take out", () => close(true), "primary")),
  ]);
}

export function speaker(store, player, id) {
  const paragraph = store.paragraphs.get(id);
  return dialog("Who says this?", (close) => {
    const known = [...new Set([...store.facts.cast, ...store.listed().map((p) => p.speaker), ...Object.keys(store.facts.people)])].filter(Boolean);
    const name = `speaker-${id}`;
    const list = el("div", { class: "choices-list" }, ...known.map((one) => el("label", { class: "line" },
      el("input", { type: "radio", name, value: one, checked: one === paragraph.speaker }), store.name(one))));
    const scope = el("select", { "aria-label": "Where" }, el("option", { value: "turn" }, "this turn only"),
      el("option", { value: "on" }, `from here on, where it says ${store.name(paragraph.speaker)}`),
      el("option", { value: "all" }, `everywhere, where it says ${store.name(paragraph.speaker)}`));
    const chosen = () => list.querySelector("input:checked")?.value;
    return [buttons(button("Hear 5 s", () => player.hear(paragraph.start, paragraph.start + 5000))), list, el("p", {}, "This changes ", scope),
      buttons(button("Cancel", () => close()), button("Change", () => close({ to: chosen(), scope: scope.value }), "primary"))];
  });
}

export function conflict(store, mine, theirs) {
  return dialog("Two people changed this", (close) => {
    const own = el("textarea", { rows: 5, "aria-label": "Both together" });
    own.value = mine;
    const both = el("details", {}, el("summary", {}, "Combine them myself"), own, buttons(button("Save this text", () => close({ text: own.value.replace(/\s+/g, " ") }), "primary")));
    return [
      el("p", {}, `${store.name(theirs.by)} changed it while you were typing. Nothing is lost: choose.`),
      el("h3", {}, "Theirs, with what yours would change"), shown(theirs.text, mine),
      both,
      buttons(button("Keep theirs", () => close({ text: theirs.text })), button("Keep mine", () => close({ text: mine }), "primary")),
    ];
  }, "wide");
}

export function drafts(store, found) {
  return dialog("Not saved last time", (close) => [
    el("p", {}, "The page ended before these changes reached the journal. Put them back?"),
    ...found.map((draft) => el("section", {}, el("b", {}, `Paragraph ${store.place(draft.id) + 1}`), shown(store.paragraphs.get(draft.id).text, draft.text))),
    buttons(button("Throw away", () => close("drop")), button("Put back", () => close("keep"), "primary")),
  ], "wide");
}

export async function signoff(store, net, saver, checkIn) {
  await saver.flush();
  await checkIn();
  const by = net.by;
  const verdict = await net.get(`verdict?by=${encodeURIComponent(by)}`);
  return dialog("Sign off", (close) => {
    const role = el("input", { type: "text", "aria-label": "Role", placeholder: "physician reviewer", maxlength: "100" });
    role.value = localStorage.getItem("review-role") || "";
    const stops = verdict.errors.map((text) => el("li", { class: "stop" }, icon("alert"), text));
    const warns = verdict.warnings.map((text) => el("li", {}, icon("query"), text));
    const sign = button("Sign", async () => {
      localStorage.setItem("review-role", role.value);
      sign.disabled = true;
      try {
        const { audio_sha256, transcript_sha256 } = verdict;
        close(await net.post("signoff", { role: role.value.trim(), audio_sha256, transcript_sha256 }));
      } catch (error) {
        said.textContent = [error.message, ...(error.body?.errors || [])].join(". ");
        said.hidden = false;
      }
    }, "primary");
    sign.disabled = verdict.errors.length > 0;
    const said = el("p", { class: "stop", hidden: true, role: "alert" });
    const withdraw = store.status.signoff ? button("Withdraw the sign-off", async () => close(await net.post("signoff", { withdraw: true }))) : null;
    return [
      el("p", {}, "I, ", el("b", {}, store.name(by)), ", answer for exactly this sound and exactly this text. Any later change of either voids the sign-off."),
      stops.length ? el("ul", { class: "verdict" }, ...stops) : el("p", { class: "done" }, icon("check"), "Nothing stands in the way."),
      warns.length ? el("ul", { class: "verdict" }, ...warns) : null,
      el("label", { class: "line" }, "Role, as shown: ", role),
      said, buttons(withdraw, button("Not yet", () => close()), sign),
    ];
  });
}

export function replace(store, surface, player) {
  return dialog("Find and replace", (close, box) => {
    const find = el("input", { type: "text", "aria-label": "Find", placeholder: "Find" });
    const by = el("input", { type: "text", "aria-label": "Replace by", placeholder: "Replace by" });
    const flag = (label, on) => {
      const input = el("input", { type: "checkbox", checked: on });
      input.addEventListener("change", () => search());
      return [input, el("label", { class: "line" }, input, label)];
    };
    const [whole, wholeLine] = flag("whole words", true);
    const [exact, exactLine] = flag("upper and lower case as written", false);
    const list = el("div", { class: "hits" });
    const go = button("Replace", () => finish(), "primary");
    let hits = [];
    const fold = (text) => {
      const plain = text.normalize("NFD").replace(/\p{M}/gu, "");
      return exact.checked ? plain : plain.toLowerCase();
    };
    // Folded letter by letter, so that places in the folded text are places in the text.
    const folded = (text) => [...text].map((one) => { const f = fold(one); return f.length === one.length ? f : one.toLowerCase().length === one.length ? one.toLowerCase() : one; }).join("");
    const places = (text, wanted) => {
      const found = [];
      if (!wanted) return found;
      const flat = folded(text);
      for (let at = flat.indexOf(wanted); at >= 0; at = flat.indexOf(wanted, at + wanted.length)) {
        const edge = (c) => !c || !/[\p{L}\p{N}]/u.test(c);
        if (!whole.checked || (edge(text[at - 1]) && edge(text[at + wanted.length]))) found.push(at);
      }
      return found;
    };
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
      surface.found(hits.flatMap((hit) => hit.places.map((at) => ({ id: hit.p.id, start: at, end: at + find.value.length }))));
      const row = (hit) => {
        hit.box = el("input", { type: "checkbox", checked: hit.p.state !== "checked", "aria-label": `Paragraph ${store.place(hit.p.id) + 1}` });
        hit.box.addEventListener("change", label);
        const play = button(clock(hit.p.start), () => player.hear(hit.p.times[2 * wordAt(hit)] ?? hit.p.start, (hit.p.times[2 * wordAt(hit) + 1] ?? hit.p.start) + 1000, 1000));
        const from = Math.max(0, hit.places[0] - 40);
        const to = hit.places[0] + find.value.length;
        return el("div", { class: "hit" }, hit.box, play, el("span", {}, (from ? "…" : "") + hit.p.text.slice(from, hit.places[0]),
          el("mark", {}, hit.p.text.slice(hit.places[0], to)), `${hit.p.text.slice(to, to + 40)}…`), hit.places.length > 1 ? el("b", {}, `×${hit.places.length}`) : null);
      };
      const [open, checked] = [hits.filter((hit) => hit.p.state !== "checked"), hits.filter((hit) => hit.p.state === "checked")];
      list.replaceChildren(...open.slice(0, 300).map(row), ...(checked.length ? [el("h3", {}, "In checked paragraphs: tick to replace")] : []), ...checked.slice(0, 300).map(row));
      label();
    };
    const wordAt = (hit) => Math.max(0, hit.p.text.slice(0, hit.places[0]).split(/\s+/).length - 1);
    const chosen = () => hits.filter((hit) => hit.box?.checked);
    const label = () => {
      const total = chosen().reduce((sum, hit) => sum + hit.places.length, 0);
      go.textContent = total ? `Replace ${total}` : "Replace";
      go.disabled = !total;
    };
    const finish = () => close({
      find: find.value, replacement: by.value,
      texts: Object.fromEntries(chosen().map((hit) => [hit.p.id, [hit.p.rev, replaced(hit)]])),
      before: Object.fromEntries(chosen().map((hit) => [hit.p.id, hit.p.text])),
    });
    find.addEventListener("input", search);
    box.addEventListener("close", () => surface.found([]));
    const selection = String(getSelection()).trim();
    if (selection && selection.length < 60) find.value = selection;
    setTimeout(search);
    return [el("div", { class: "fields" }, find, by), el("div", { class: "fields" }, wholeLine, exactLine), list, buttons(button("Cancel", () => close()), go)];
  }, "wide");
}

export function offers(store, player, found) {
  const kinds = [["filler", "Fillers (um, uh, er)"], ["pause", "Long pauses, shortened to 0.6 s"], ["phrase", "“you know”, “like”, “I mean”: listen first"]];
  return dialog("Fillers and pauses", (close) => {
    const groups = kinds.map(([kind, name]) => [name, kind, found.filter((one) => one.kind === kind)]).filter(([, , list]) => list.length);
    const boxes = new Map();
    const group = ([name, kind, list]) => {
      const all = el("input", { type: "checkbox", checked: kind !== "phrase", "aria-label": `All: ${name}` });
      all.addEventListener("change", () => { for (const one of list) boxes.get(one).checked = all.checked; });
      return el("section", {}, el("h3", {}, el("label", { class: "line" }, all, `${name}: ${list.length}`)), el("div", { class: "hits" }, ...list.map((one) => {
        const box = el("input", { type: "checkbox", checked: kind !== "phrase", "aria-label": `${one.text || "pause"} at ${clock(one.start)}` });
        boxes.set(one, box);
        const play = button(clock(one.start), () => player.hear(one.start, one.end + 1000, 1000));
        const place = one.p ? store.paragraphs.get(one.p)?.text.split(/\s+/).slice(Math.max(0, one.first - 5), one.last + 6).join(" ") : `${((one.end - one.start) / 1000).toFixed(1)} s less silence`;
        return el("div", { class: "hit" }, box, play, el("span", {}, one.text ? el("mark", {}, one.text) : "", ` ${place}`));
      })));
    };
    if (!groups.length) return [el("p", { class: "done" }, "There is nothing to offer."), buttons(button("Close", () => close()))];
    const answer = (yes) => close({ accept: yes ? found.filter((one) => boxes.get(one)?.checked) : [], reject: yes ? [] : found.filter((one) => boxes.get(one)?.checked) });
    return [el("p", {}, "Nothing is cut unasked, and nothing near a number, a negation or a medicine is offered."), ...groups.map(group),
      buttons(button("Never offer the ticked again", () => answer(false)), button("Close", () => close()), button("Cut the ticked", () => answer(true), "primary"))];
  }, "wide");
}
