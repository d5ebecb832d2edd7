// The sound around the place one looks at, from the peaks of the pipeline: 8-bit minimum and maximum, 20 per second.

const RATE = 20;
const AROUND = 15; // s on each side

export class Wave {
  constructor(canvas, player, store) {
    Object.assign(this, { canvas, player, store, scale: 1 / 127 });
    canvas.addEventListener("pointerdown", (event) => {
      const share = event.offsetX / canvas.clientWidth;
      player.seek(Math.max(0, (this.centre - AROUND + 2 * AROUND * share) * 1000));
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    player.on("time", (ms) => this.draw(ms));
    store.on("cuts", () => this.draw());
  }

  async load() {
    if (!this.store.facts.peaks) return;
    const answer = await fetch(`/e/${this.store.facts.slug}/peaks`);
    if (answer.ok) this.peaks = new Int8Array(await answer.arrayBuffer());
    // Before mastering the sound is quiet: the loudest moment fills the height.
    this.scale = 1 / Math.max(16, ...chunks(this.peaks || [], 4096).map((part) => Math.max(...part.map(Math.abs))));
    this.draw(this.player.now);
  }

  draw(ms = this.ms) {
    this.ms = ms || 0;
    const { canvas, peaks } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || canvas.hidden) return;
    const dots = devicePixelRatio || 1;
    if (canvas.width !== width * dots) [canvas.width, canvas.height] = [width * dots, height * dots];
    const context = canvas.getContext("2d");
    context.setTransform(dots, 0, 0, dots, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    this.centre = this.ms / 1000;
    const x = (second) => ((second - this.centre + AROUND) / (2 * AROUND)) * width;
    context.fillStyle = style.getPropertyValue("--cut-soft");
    for (const cut of this.store.holes) {
      const [a, b] = [x(cut.start / 1000), x(cut.end / 1000)];
      if (b > 0 && a < width) context.fillRect(a, 0, b - a, height);
    }
    context.fillStyle = style.getPropertyValue("--wave");
    const first = Math.max(0, Math.floor((this.centre - AROUND) * RATE));
    const last = Math.ceil((this.centre + AROUND) * RATE);
    const bar = Math.max(1, width / (2 * AROUND * RATE) - 1);
    for (let i = first; i < last; i += 1) {
      const [low, high] = peaks ? [peaks[2 * i] ?? 0, peaks[2 * i + 1] ?? 0] : [0, 0];
      const top = (height / 2) * (1 - high * this.scale);
      context.fillRect(x(i / RATE), top, bar, Math.max(1, ((high - low) / 2) * this.scale * height));
    }
    context.fillStyle = style.getPropertyValue("--accent");
    context.fillRect(width / 2 - 0.75, 0, 1.5, height);
  }
}

function chunks(list, size) {
  const found = [];
  for (let at = 0; at < list.length; at += size) found.push(list.slice(at, at + size));
  return found;
}
