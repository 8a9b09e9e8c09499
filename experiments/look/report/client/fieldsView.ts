import type { FieldsData } from './data.ts';
import type { Tooltip } from './tooltip.ts';

const GAP = 1;
/** Up to so many neurons each tile carries its digit below, and tiles are no smaller than that. */
const MOST_CAPTIONS = 1000;
const LEAST_TILE = 24;
const CAPTION = { height: 15, font: "11px 'DejaVu Sans', Verdana, sans-serif" };
/** Receptive fields as tiles; the pointer, or the arrow keys, tell what a neuron has learned and which classes it won. */
export class FieldsView {
  readonly #canvas: HTMLCanvasElement;
  #data: FieldsData;
  readonly #tooltip: Tooltip;
  readonly #captioned: boolean;
  /** All fields, side by side: tiles are taken from it. */
  readonly #mosaic = document.createElement('canvas');
  /** Its pixels of a weight. */
  readonly #zoom: number;
  readonly #across: number;
  /** A pixel of each level: red, green, blue and opaque, in the order of bytes that an image has. */
  readonly #colours: Uint32Array;
  #perRow = 1;
  /** Of a tile with its gap, px of the page. */
  #tile = { width: 1, height: 1 };
  #at = 0;

  /** @param levels weight of pixel i onto neuron j at i × neurons + j, 0 to 255. */
  constructor(canvas: HTMLCanvasElement, data: FieldsData, levels: Uint8Array, tooltip: Tooltip) {
    this.#canvas = canvas;
    this.#data = data;
    this.#tooltip = tooltip;
    const { rows, columns, neurons } = data;
    this.#captioned = neurons <= MOST_CAPTIONS;
    this.#zoom = this.#captioned ? 2 : 1;
    this.#across = Math.ceil(Math.sqrt((1.6 * neurons * rows) / columns));
    this.#mosaic.width = this.#across * this.#zoom * columns;
    this.#mosaic.height = Math.ceil(neurons / this.#across) * this.#zoom * rows;
    const bytes = data.ramp.flatMap((colour) => [
      ...[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)),
      255,
    ]);
    this.#colours = new Uint32Array(Uint8Array.from(bytes).buffer);
    this.draw(levels);
    canvas.addEventListener('pointermove', (event) => this.#hover(event));
    canvas.addEventListener('pointerleave', () => tooltip.hide());
    canvas.addEventListener('keydown', (event) => this.#key(event));
    addEventListener('resize', () => this.#show());
  }

  /** @param learned what the neurons have become since. */
  draw(levels: Uint8Array, learned: Partial<FieldsData> = {}): void {
    this.#data = { ...this.#data, ...learned };
    const { rows, columns, neurons } = this.#data;
    const zoom = this.#zoom;
    const image = new ImageData(this.#mosaic.width, this.#mosaic.height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let j = 0; j < neurons; j++) {
      const [left, top] = this.#inMosaic(j);
      for (let row = 0, i = j; row < rows; row++)
        for (let column = 0; column < columns; column++, i += neurons) {
          const from = (top + zoom * row) * image.width + left + zoom * column;
          for (let down = 0; down < zoom; down++)
            pixels.fill(this.#colours[levels[i]!]!, from + down * image.width, from + down * image.width + zoom);
        }
    }
    this.#mosaic.getContext('2d')!.putImageData(image, 0, 0);
    this.#show();
  }

  /** Lays the tiles out in the width that there is, pixel by pixel of the screen, so that digits are sharp. */
  #show(): void {
    const canvas = this.#canvas;
    const { rows, columns, neurons, labels } = this.#data;
    const captioned = this.#captioned;
    const width = canvas.clientWidth || 1;
    this.#perRow = Math.min(this.#across, captioned ? Math.max(1, Math.floor(width / LEAST_TILE)) : Infinity);
    const across = width / this.#perRow;
    const down = ((across - GAP) * rows) / columns;
    this.#tile = { width: across, height: down + GAP + (captioned ? CAPTION.height : 0) };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(Math.ceil(neurons / this.#perRow) * this.#tile.height * devicePixelRatio);
    canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    const context = canvas.getContext('2d')!;
    context.scale(devicePixelRatio, devicePixelRatio);
    context.font = CAPTION.font;
    context.textAlign = 'center';
    context.fillStyle = getComputedStyle(canvas).color;
    for (let j = 0; j < neurons; j++) {
      const { left, top } = this.#place(j);
      context.drawImage(
        this.#mosaic,
        ...this.#inMosaic(j),
        this.#zoom * columns,
        this.#zoom * rows,
        left,
        top,
        across - GAP,
        down,
      );
      if (!captioned) continue;
      const caption = labels[j]! < 0 ? '–' : this.#nameOf(labels[j]!);
      context.fillText(caption, left + across / 2, top + down + CAPTION.height - 4);
    }
  }

  #nameOf(label: number): string {
    return this.#data.names?.[label] ?? String(label);
  }

  #inMosaic(neuron: number): [left: number, top: number] {
    const { rows, columns } = this.#data;
    return [(neuron % this.#across) * this.#zoom * columns, Math.floor(neuron / this.#across) * this.#zoom * rows];
  }

  #place(neuron: number): { left: number; top: number } {
    return {
      left: (neuron % this.#perRow) * this.#tile.width,
      top: Math.floor(neuron / this.#perRow) * this.#tile.height,
    };
  }

  #hover({ offsetX, offsetY, clientX, clientY }: PointerEvent): void {
    const column = Math.floor(offsetX / this.#tile.width);
    const neuron = Math.floor(offsetY / this.#tile.height) * this.#perRow + column;
    if (column >= this.#perRow || neuron < 0 || neuron >= this.#data.neurons) this.#tooltip.hide();
    else {
      this.#at = neuron;
      this.#tooltip.show(this.#describe(neuron), clientX, clientY);
    }
  }

  #describe(neuron: number): string {
    const { labels, thresholds, wins } = this.#data;
    const label = labels[neuron]! < 0 ? 'no class' : `stands for ${this.#nameOf(labels[neuron]!)}`;
    const known = `neuron ${neuron}: ${label}, threshold ${thresholds[neuron]!.toFixed(1)} mV`;
    if (wins === undefined) return known;
    const won = wins[neuron]!.map((times, digit) => ({ digit, times }))
      .filter(({ times }) => times > 0)
      .sort((a, b) => b.times - a.times)
      .map(({ digit, times }) => `${this.#nameOf(digit)} (${times.toLocaleString('en')})`);
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
    const { left, top } = this.#place(this.#at);
    this.#tooltip.show(this.#describe(this.#at), box.left + left, box.top + top);
  }
}
