import type { FieldsData } from './data.ts';
import type { Tooltip } from './tooltip.ts';

const GAP = 1;
/** Up to so many neurons each tile is twice as large and carries its digit below. */
const MOST_CAPTIONS = 1000;
const CAPTION = { height: 15, font: "11px 'DejaVu Sans', Verdana, sans-serif" };

/** Receptive fields as a mosaic; the pointer, or the arrow keys, tell what a neuron has learned and which classes it won. */
export class FieldsView {
  readonly #canvas: HTMLCanvasElement;
  #data: FieldsData;
  readonly #tooltip: Tooltip;
  readonly #perRow: number;
  readonly #tile: { readonly width: number; readonly height: number };
  readonly #scale: number;
  /** A pixel of each level: red, green, blue and opaque, in the order of bytes that an image has. */
  readonly #colours: Uint32Array;
  readonly #image: ImageData;
  #at = 0;

  /** @param levels weight of pixel i onto neuron j at i × neurons + j, 0 to 255. */
  constructor(canvas: HTMLCanvasElement, data: FieldsData, levels: Uint8Array, tooltip: Tooltip) {
    this.#canvas = canvas;
    this.#data = data;
    this.#tooltip = tooltip;
    const { rows, columns, neurons } = data;
    this.#perRow = Math.ceil(Math.sqrt((1.6 * neurons * rows) / columns));
    const captioned = neurons <= MOST_CAPTIONS;
    this.#scale = captioned ? 2 : 1;
    const below = captioned ? CAPTION.height : 0;
    this.#tile = { width: this.#scale * columns + GAP, height: this.#scale * rows + GAP + below };
    canvas.width = this.#perRow * this.#tile.width + GAP;
    canvas.height = Math.ceil(neurons / this.#perRow) * this.#tile.height + GAP;
    canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    const bytes = data.ramp.flatMap((colour) => [
      ...[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)),
      255,
    ]);
    this.#colours = new Uint32Array(Uint8Array.from(bytes).buffer);
    this.#image = new ImageData(canvas.width, canvas.height);
    this.draw(levels);
    canvas.addEventListener('pointermove', (event) => this.#hover(event));
    canvas.addEventListener('pointerleave', () => tooltip.hide());
    canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param learned what the neurons have become since. */
  draw(levels: Uint8Array, learned: Partial<FieldsData> = {}): void {
    this.#data = { ...this.#data, ...learned };
    const { rows, columns, neurons, labels } = this.#data;
    const context = this.#canvas.getContext('2d')!;
    const { width } = this.#canvas;
    const pixels = new Uint32Array(this.#image.data.buffer);
    const scale = this.#scale;
    for (let j = 0; j < neurons; j++) {
      const { left, top } = this.#place(j);
      for (let row = 0, i = j; row < rows; row++)
        for (let column = 0; column < columns; column++, i += neurons) {
          const colour = this.#colours[levels[i]!]!;
          const from = (top + scale * row) * width + left + scale * column;
          for (let down = 0; down < scale; down++)
            for (let right = 0; right < scale; right++) pixels[from + down * width + right] = colour;
        }
    }
    context.putImageData(this.#image, 0, 0);
    if (neurons > MOST_CAPTIONS) return;
    context.font = CAPTION.font;
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillStyle = getComputedStyle(this.#canvas).color;
    for (let j = 0; j < neurons; j++) {
      const { left, top } = this.#place(j);
      const caption = labels[j]! < 0 ? '–' : String(labels[j]);
      context.fillText(caption, left + (scale * columns) / 2, top + scale * rows + CAPTION.height - 4);
    }
  }

  #place(neuron: number): { left: number; top: number } {
    return {
      left: GAP + (neuron % this.#perRow) * this.#tile.width,
      top: GAP + Math.floor(neuron / this.#perRow) * this.#tile.height,
    };
  }

  #hover({ offsetX, offsetY, clientX, clientY }: PointerEvent): void {
    const scale = this.#canvas.width / this.#canvas.clientWidth;
    const column = Math.floor((offsetX * scale) / this.#tile.width);
    const neuron = Math.floor((offsetY * scale) / this.#tile.height) * this.#perRow + column;
    if (column >= this.#perRow || neuron < 0 || neuron >= this.#data.neurons) this.#tooltip.hide();
    else {
      this.#at = neuron;
      this.#tooltip.show(this.#describe(neuron), clientX, clientY);
    }
  }

  #describe(neuron: number): string {
    const { labels, thresholds, wins } = this.#data;
    const label = labels[neuron]! < 0 ? 'no class' : `stands for ${labels[neuron]}`;
    const known = `neuron ${neuron}: ${label}, threshold ${thresholds[neuron]!.toFixed(1)} mV`;
    if (wins === undefined) return known;
    const won = wins[neuron]!.map((times, digit) => ({ digit, times }))
      .filter(({ times }) => times > 0)
      .sort((a, b) => b.times - a.times)
      .map(({ digit, times }) => `${digit} (${times.toLocaleString('en')})`);
    return `${known}\nwon ${won.join(', ') || 'nothing'}`;
  }

  #key(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.#perRow,
      ArrowDown: this.#perRow,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.#at + step;
    if (next >= 0 && next < this.#data.neurons) this.#at = next;
    const box = this.#canvas.getBoundingClientRect();
    const scale = box.width / this.#canvas.width;
    const { left, top } = this.#place(this.#at);
    this.#tooltip.show(this.#describe(this.#at), box.left + left * scale, box.top + top * scale);
  }
}
