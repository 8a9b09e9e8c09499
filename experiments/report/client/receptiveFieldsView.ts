import { parseColour } from '../../look/plots/density.ts';
import type { ReceptiveFieldsData } from './data.ts';
import type { Tooltip } from './tooltip.ts';

const GAP = 1;
const MAX_CAPTIONS = 1000;
const MIN_CAPTION_TILE_WIDTH = 24; // px
const CAPTION = { height: 15, font: "11px 'DejaVu Sans', Verdana, sans-serif" };

/** Receptive fields as tiles. The pointer or arrow keys select a neuron, whose tooltip describes it. */
export class ReceptiveFieldsView {
  readonly #canvas: HTMLCanvasElement;
  #data: ReceptiveFieldsData;
  readonly #tooltip: Tooltip;
  readonly #hasCaptions: boolean;
  /** Image of all receptive fields, from which the tiles are copied. */
  readonly #mosaic = document.createElement('canvas');
  readonly #pixelsPerWeight: number;
  readonly #mosaicColumns: number;
  readonly #levelColours: Uint32Array; // RGBA bytes
  #perRow = 1;
  #tileSize = { width: 1, height: 1 }; // px, with gap
  #selected = 0;

  /** Draws all receptive fields. @param levels weights of pixel i onto neuron j at index i × neurons + j, 0 to 255 */
  constructor(canvas: HTMLCanvasElement, data: ReceptiveFieldsData, levels: Uint8Array, tooltip: Tooltip) {
    this.#canvas = canvas;
    this.#data = data;
    this.#tooltip = tooltip;
    const { rowsPerField, columnsPerField, neuronCount } = data;
    this.#hasCaptions = neuronCount <= MAX_CAPTIONS;
    this.#pixelsPerWeight = this.#hasCaptions ? 2 : 1;
    this.#mosaicColumns = Math.ceil(Math.sqrt((1.6 * neuronCount * rowsPerField) / columnsPerField));
    this.#mosaic.width = this.#mosaicColumns * this.#pixelsPerWeight * columnsPerField;
    this.#mosaic.height = Math.ceil(neuronCount / this.#mosaicColumns) * this.#pixelsPerWeight * rowsPerField;
    const bytes = data.colourRamp.flatMap((colour) => [...parseColour(colour), 255]);
    this.#levelColours = new Uint32Array(Uint8Array.from(bytes).buffer);
    this.drawWeights(levels);
    canvas.addEventListener('pointermove', (event) => this.#handlePointer(event));
    canvas.addEventListener('pointerleave', () => tooltip.hide());
    canvas.addEventListener('keydown', (event) => this.#handleKey(event));
    addEventListener('resize', () => this.#drawTiles());
  }

  drawWeights(levels: Uint8Array, update: Partial<ReceptiveFieldsData> = {}): void {
    this.#data = { ...this.#data, ...update };
    const { rowsPerField, columnsPerField, neuronCount } = this.#data;
    const zoom = this.#pixelsPerWeight;
    const image = new ImageData(this.#mosaic.width, this.#mosaic.height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let j = 0; j < neuronCount; j++) {
      const { left, top } = this.#locateInMosaic(j);
      for (let row = 0, i = j; row < rowsPerField; row++)
        for (let column = 0; column < columnsPerField; column++, i += neuronCount) {
          const from = (top + zoom * row) * image.width + left + zoom * column;
          for (let down = 0; down < zoom; down++)
            pixels.fill(this.#levelColours[levels[i]!]!, from + down * image.width, from + down * image.width + zoom);
        }
    }
    this.#mosaic.getContext('2d')!.putImageData(image, 0, 0);
    this.#drawTiles();
  }

  #drawTiles(): void {
    const canvas = this.#canvas;
    const { rowsPerField, columnsPerField, neuronCount, neuronClasses: labels } = this.#data;
    const captionHeight = this.#hasCaptions ? CAPTION.height : 0;
    const width = canvas.clientWidth || 1;
    const maxPerRow = this.#hasCaptions ? Math.max(1, Math.floor(width / MIN_CAPTION_TILE_WIDTH)) : Infinity;
    this.#perRow = Math.min(this.#mosaicColumns, maxPerRow);
    const tileWidth = width / this.#perRow;
    const fieldHeight = ((tileWidth - GAP) * rowsPerField) / columnsPerField;
    this.#tileSize = { width: tileWidth, height: fieldHeight + GAP + captionHeight };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(Math.ceil(neuronCount / this.#perRow) * this.#tileSize.height * devicePixelRatio);
    canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    const context = canvas.getContext('2d')!;
    context.scale(devicePixelRatio, devicePixelRatio);
    context.font = CAPTION.font;
    context.textAlign = 'center';
    context.fillStyle = getComputedStyle(canvas).color;
    const [sourceWidth, sourceHeight] = [this.#pixelsPerWeight * columnsPerField, this.#pixelsPerWeight * rowsPerField];
    for (let j = 0; j < neuronCount; j++) {
      const { left, top } = this.#locateTile(j);
      const source = this.#locateInMosaic(j);
      context.drawImage(
        this.#mosaic,
        source.left,
        source.top,
        sourceWidth,
        sourceHeight,
        left,
        top,
        tileWidth - GAP,
        fieldHeight,
      );
      if (!this.#hasCaptions) continue;
      const caption = labels[j]! < 0 ? '–' : this.#getClassName(labels[j]!);
      context.fillText(caption, left + tileWidth / 2, top + fieldHeight + CAPTION.height - 4);
    }
  }

  #getClassName(label: number): string {
    return this.#data.classNames?.[label] ?? String(label);
  }

  #locateInMosaic(neuron: number) {
    const { rowsPerField, columnsPerField } = this.#data;
    const row = Math.floor(neuron / this.#mosaicColumns);
    const [left, top] = [(neuron % this.#mosaicColumns) * columnsPerField, row * rowsPerField];
    return { left: left * this.#pixelsPerWeight, top: top * this.#pixelsPerWeight };
  }

  #locateTile(neuron: number) {
    const row = Math.floor(neuron / this.#perRow);
    return { left: (neuron % this.#perRow) * this.#tileSize.width, top: row * this.#tileSize.height };
  }

  #handlePointer({ offsetX, offsetY, clientX, clientY }: PointerEvent): void {
    const column = Math.floor(offsetX / this.#tileSize.width);
    const neuron = Math.floor(offsetY / this.#tileSize.height) * this.#perRow + column;
    if (column >= this.#perRow || neuron < 0 || neuron >= this.#data.neuronCount) this.#tooltip.hide();
    else {
      this.#selected = neuron;
      this.#tooltip.showTextAt(this.#describeNeuron(neuron), clientX, clientY);
    }
  }

  #describeNeuron(neuron: number): string {
    const { neuronClasses: labels, thresholds, winCounts } = this.#data;
    const label = labels[neuron]! < 0 ? 'no class' : `class ${this.#getClassName(labels[neuron]!)}`;
    const facts = `neuron ${neuron}: ${label}, threshold ${thresholds[neuron]!.toFixed(1)} mV`;
    if (winCounts === undefined) return facts;
    const won = winCounts[neuron]!.map((count, label) => ({ label, count }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ label, count }) => `${this.#getClassName(label)} (${count.toLocaleString('en')})`);
    return `${facts}\nwon ${won.join(', ') || 'nothing'}`;
  }

  #handleKey(event: KeyboardEvent): void {
    const perRow = this.#perRow;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.#selected + step;
    if (next >= 0 && next < this.#data.neuronCount) this.#selected = next;
    const box = this.#canvas.getBoundingClientRect();
    const { left, top } = this.#locateTile(this.#selected);
    this.#tooltip.showTextAt(this.#describeNeuron(this.#selected), box.left + left, box.top + top);
  }
}
