// What happens elsewhere: changes of other people, a new build, texts of last time that were never saved.
import * as ask from "./dialogs.js";

const POLL = 5000;

export class Together {
  constructor(page) {
    const { store, net, saver, surface, player, status, drafts } = page;
    Object.assign(this, { store, net, saver, surface, player, status, drafts });
    saver.on("conflict", (found) => this.conflict(found));
  }

  start() {
    setInterval(() => this.poll(), POLL);
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    const { store } = this;
    try {
      const since = store.seq;
      const view = await this.net.get(`changes?since=${since}`);
      if (view.seq !== since || JSON.stringify(view.status) !== JSON.stringify(store.status)) store.apply(view, since + 1);
      if (view.status.final !== store.facts.final) await this.rebuilt();
    } catch (error) {
      if (error.status === 401) this.status.say("session", "The server was started again: open the address that it printed.");
    } finally {
      this.polling = false;
    }
  }

  // The programme was built while the page was open: Final plays the new one, by its own map of times.
  async rebuilt() {
    const { final, timeline, audio, peaks } = await this.net.get("transcript");
    const wasSilent = !this.store.facts.audio && audio;
    Object.assign(this.store.facts, { final, timeline, audio, peaks });
    if (wasSilent) location.reload();
    this.player.which.hidden = !final;
    if (this.player.final) this.player.switch(true);
    this.status.say("rebuilt", "The programme was built again: Final plays the new one.", "", "good");
  }

  async offerDrafts() {
    const found = (await this.drafts.all()).filter((draft) => {
      const known = this.store.paragraphs.get(draft.id);
      const unsaved = known && known.text !== draft.text;
      if (!unsaved) this.drafts.drop(draft.id);
      return unsaved;
    });
    if (!found.length) return;
    const answer = await ask.drafts(this.store, found);
    for (const draft of found) {
      if (answer === "keep") this.surface.put(this.surface.turns.get(draft.id), draft.text);
      else if (answer === "drop") this.drafts.drop(draft.id);
    }
  }

  async conflict({ id, mine, theirs }) {
    if (!theirs) {
      this.status.say("gone", "Somebody joined this paragraph with another one; your text was:", mine);
      return;
    }
    this.store.apply({ ...this.saver.empty(), paragraphs: [theirs] }, Infinity);
    const answer = await ask.conflict(this.store, mine, theirs);
    this.surface.put(this.surface.turns.get(id), (answer || { text: mine }).text);
    await this.saver.now(id);
  }
}
