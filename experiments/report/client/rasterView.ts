import { scaleLinear } from 'd3-scale';
import { select } from 'd3-selection';
import { type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import { chooseTimeUnit, createTimeAxis, formatTimeWindow } from '../../look/time.ts';
import type { RasterData, RasterStrip, SpikeColumns } from './data.ts';
import { drawRateStrips, RATE_STRIP_HEIGHT } from './rateStrips.ts';
import { computeRowCentre, findFirstSpike, renderSpikes, type StripPlacement } from './spikeImage.ts';
import type { Tooltip } from './tooltip.ts';

const RASTER_HEIGHT = 380; // px
const [LEFT, RIGHT, TOP, BOTTOM] = [110, 24, 22, 44]; // margins, px
const POINTER_RADIUS = 8; // px
const FONT_SIZE = 11;
const MAX_IMAGE_MARKS = 60;
const NO_ANSWER = 255;
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Raster plot with firing rates below. Wheel and drag zoom and pan in time; the pointer selects the nearest spike. */
export class RasterView {
  readonly #canvas: HTMLCanvasElement;
  #data: RasterData;
  #spikes: SpikeColumns;
  readonly #tooltip: Tooltip;
  readonly #zoom: ZoomBehavior<HTMLCanvasElement, unknown>;
  readonly #isShown: boolean[];
  #strips: (StripPlacement | null)[] = [];
  #selectedSpike = -1; // index; -1: none
  /** Image presentations in the format of spikes: the neuron index is class × 256 + prediction. */
  #imagePresentations: SpikeColumns | undefined;
  #isRedrawPending = false;
  #isPrinting = false;

  constructor(canvas: HTMLCanvasElement, data: RasterData, spikes: SpikeColumns, tooltip: Tooltip) {
    this.#canvas = canvas;
    this.#data = data;
    this.#spikes = spikes;
    this.#tooltip = tooltip;
    this.#isShown = data.populations.map(() => true);
    this.#zoom = zoom<HTMLCanvasElement, unknown>().on('zoom', () => this.#redraw());
    select(canvas).call(this.#zoom).on('dblclick.zoom', null);
    canvas.addEventListener('pointermove', (event) => this.#handlePointer(event));
    canvas.addEventListener('pointerleave', () => tooltip.hide());
    canvas.addEventListener('keydown', (event) => this.#handleKey(event));
    addEventListener('resize', () => this.#resizeCanvas());
    DARK.addEventListener('change', () => this.#redraw());
    addEventListener('beforeprint', () => this.#selectPrintColours(true));
    addEventListener('afterprint', () => this.#selectPrintColours(false));
    this.#resizeCanvas();
  }

  replaceSpikes(view: Omit<RasterData, 'populations'>, spikes: SpikeColumns): void {
    this.#data = { ...this.#data, ...view };
    this.#spikes = spikes;
    this.#selectedSpike = -1;
    this.#redraw();
  }

  setImagePresentations(presentations: SpikeColumns): void {
    this.#imagePresentations = presentations;
    this.#redraw();
  }

  showPopulation(population: number, isShown: boolean): void {
    this.#isShown[population] = isShown;
    this.#resizeCanvas();
  }

  /** Time window that the raster plot shows at present, ms. */
  get view(): readonly [number, number] {
    const x = this.#createTimeScale();
    return [x.invert(LEFT), x.invert(LEFT + this.#width)];
  }

  /** Onsets of the images in view; if there are too many, the starts of phases. */
  #selectTimeMarks(): RasterData['marks'] {
    const { marks, tickLength: tick, window } = this.#data;
    if (this.#imagePresentations === undefined) return marks;
    const { ticks, neurons } = this.#imagePresentations;
    const [first, end] = this.view.map((time) => findFirstSpike(ticks, (time - window[0]) / tick)) as [number, number];
    if (end - first > MAX_IMAGE_MARKS) return marks;
    return Array.from({ length: end - first }, (_, k) => {
      const [label, answer] = [neurons[first + k]! >> 8, neurons[first + k]! & 255];
      const isCorrect = answer === NO_ANSWER || answer === label;
      return { time: window[0] + ticks[first + k]! * tick, label: isCorrect ? `${label}` : `${label}→${answer}` };
    });
  }

  get #timeAxisTop() {
    return TOP + RASTER_HEIGHT + RATE_STRIP_HEIGHT * this.#isShown.filter((isShown) => isShown).length;
  }

  get #width(): number {
    return this.#canvas.clientWidth - LEFT - RIGHT;
  }

  #createUnzoomedScale() {
    return scaleLinear(this.#data.window, [LEFT, LEFT + this.#width]);
  }

  #createTimeScale() {
    return zoomTransform(this.#canvas).rescaleX(this.#createUnzoomedScale());
  }

  #resizeCanvas(): void {
    const height = this.#timeAxisTop + BOTTOM;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.width = this.#canvas.clientWidth * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    const extent: [[number, number], [number, number]] = [
      [LEFT, 0],
      [LEFT + this.#width, height],
    ];
    const ticks = (this.#data.window[1] - this.#data.window[0]) / this.#data.tickLength;
    this.#zoom
      .extent(extent)
      .translateExtent(extent)
      .scaleExtent([1, Math.max(1, ticks / 20)]);
    const shares = this.#data.populations.map(({ size }, p) => (this.#isShown[p] ? Math.sqrt(size) + 2 : 0));
    const total = shares.reduce((sum, share) => sum + share, 0);
    let top = 0;
    this.#strips = this.#data.populations.map((population, p) => {
      if (!this.#isShown[p]) return null;
      const band = { ...population, top, height: (RASTER_HEIGHT * shares[p]!) / total };
      top += band.height;
      return band;
    });
    this.#redraw();
  }

  /**
   * Selects colours for printing or the screen. Draws at once, because printing does not wait for an animation frame.
   */
  #selectPrintColours(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    this.#drawRaster();
  }

  #getStripColour({ colour, colourOnDark }: RasterStrip): string {
    return DARK.matches && !this.#isPrinting ? colourOnDark : colour;
  }

  #redraw(): void {
    if (this.#isRedrawPending) return;
    this.#isRedrawPending = true;
    requestAnimationFrame(() => {
      this.#isRedrawPending = false;
      this.#drawRaster();
    });
  }

  #drawRaster(): void {
    const context = this.#canvas.getContext('2d')!;
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(this.#width * ratio), Math.round(RASTER_HEIGHT * ratio)];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (width <= 0) return;
    const [from, to] = this.view;
    const { window, tickLength: tick } = this.#data;
    this.#canvas.setAttribute('aria-label', `Spikes by neuron from ${formatTimeWindow(from, to)}`);
    const range = [(from - window[0]) / tick, (to - window[0]) / tick] as const;
    const bands = this.#strips.map(
      (band) =>
        band && { ...band, top: band.top * ratio, height: band.height * ratio, colour: this.#getStripColour(band) },
    );
    context.putImageData(renderSpikes(this.#spikes, bands, range, width, height), LEFT * ratio, TOP * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawAxes(context, getComputedStyle(this.#canvas));
  }

  #drawAxes(context: CanvasRenderingContext2D, style: CSSStyleDeclaration): void {
    const ink = this.#isPrinting ? '#000' : style.color;
    const muted = this.#isPrinting ? '#444' : style.getPropertyValue('--muted');
    const x = this.#createTimeScale();
    const bottom = this.#timeAxisTop;
    context.font = `${FONT_SIZE}px ${style.fontFamily}`;
    context.strokeStyle = context.fillStyle = muted;
    context.textBaseline = 'top';
    context.strokeRect(LEFT, TOP, this.#width, RASTER_HEIGHT);
    context.textAlign = 'center';
    const { ms, origin, label } = createTimeAxis(this.view);
    const axis = x.copy().domain(this.view.map((time) => (time - origin) / ms));
    const format = axis.tickFormat(8);
    for (const time of axis.ticks(Math.max(2, this.#width / 110))) {
      context.fillRect(axis(time), bottom, 1, 5);
      context.fillText(format(time), axis(time), bottom + 9);
    }
    context.fillStyle = ink;
    context.fillText(label, LEFT + this.#width / 2, bottom + 26);
    context.textAlign = 'left';
    this.#drawMarks(context, x);
    const bands = this.#strips.map((band) => band && { ...band, colour: this.#getStripColour(band) });
    drawRateStrips(context, this.#data, this.#spikes, {
      strips: bands,
      timeScale: x,
      top: TOP + RASTER_HEIGHT,
      textColour: ink,
      mutedColour: muted,
    });
    context.textAlign = 'right';
    context.textBaseline = 'top';
    for (const band of bands) {
      if (band === null) continue;
      const [top, end] = [TOP + band.top, TOP + band.top + band.height];
      context.fillStyle = band.colour;
      context.fillRect(LEFT - 6, top + 1, 4, band.height - 2);
      context.fillStyle = ink;
      context.fillText(band.name, LEFT - 12, (top + end) / 2 - 6, LEFT - 16);
      context.fillStyle = muted;
      if (band.height < 44) continue; // no space for the indices of the first and last neuron
      context.fillText(String(band.firstNeuron), LEFT - 12, end - 12);
      context.fillText(String(band.firstNeuron + band.size - 1), LEFT - 12, top + 2);
    }
  }

  #drawMarks(context: CanvasRenderingContext2D, x: (time: number) => number): void {
    let free = 0;
    const marks = this.#selectTimeMarks();
    for (const [i, { time, label }] of marks.entries()) {
      const at = x(time);
      if (at < LEFT || at > LEFT + this.#width) continue;
      context.globalAlpha = 0.35;
      context.globalCompositeOperation = 'destination-over'; // behind the spikes
      context.fillRect(at, TOP, 1, this.#timeAxisTop - TOP);
      context.globalCompositeOperation = 'source-over';
      context.globalAlpha = 1;
      if (!label) continue;
      // A label that would overlap the previous one is shifted to the right, unless it would then reach the next mark.
      const from = Math.max(at, free);
      const to = from + context.measureText(label).width + 8;
      if (from > at && to > x(marks[i + 1]?.time ?? this.view[1])) continue;
      context.fillText(label, from + 2, TOP - 15);
      free = to;
    }
  }

  #handlePointer({ offsetX, offsetY, clientX, clientY }: PointerEvent): void {
    const { ticks, neurons, populationIndices } = this.#spikes;
    const x = this.#createTimeScale();
    const { window, tickLength } = this.#data;
    const tickAt = (px: number) => Math.max(0, (x.invert(px) - window[0]) / tickLength);
    let nearest = POINTER_RADIUS ** 2;
    let found = -1;
    const end = findFirstSpike(ticks, tickAt(offsetX + POINTER_RADIUS));
    for (let i = findFirstSpike(ticks, tickAt(offsetX - POINTER_RADIUS)); i < end; i++) {
      const band = this.#strips[populationIndices[i]!];
      if (!band) continue;
      const dx = x(this.#getSpikeTime(i)) - offsetX;
      const dy = TOP + computeRowCentre(band, neurons[i]!) - offsetY;
      const distance = dx * dx + dy * dy;
      if (distance < nearest) [nearest, found] = [distance, i];
    }
    if (found < 0) this.#tooltip.hide();
    else {
      this.#selectedSpike = found;
      this.#tooltip.showTextAt(this.#describeSpike(found), clientX, clientY);
    }
  }

  #getSpikeTime(i: number): number {
    return this.#data.window[0] + this.#spikes.ticks[i]! * this.#data.tickLength;
  }

  #describeSpike(i: number): string {
    const [from, to] = this.view;
    const { unit, ms } = chooseTimeUnit(to - from);
    const digits = Math.max(0, Math.ceil(Math.log10(ms / this.#data.tickLength)));
    const time = (this.#getSpikeTime(i) / ms).toLocaleString('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    const { name } = this.#data.populations[this.#spikes.populationIndices[i]!]!;
    return `${name} neuron ${this.#spikes.neurons[i]}, ${time} ${unit}`;
  }

  #handleKey(event: KeyboardEvent): void {
    const canvas = select(this.#canvas);
    const step = this.#width / 8 / zoomTransform(this.#canvas).k;
    const zoomIn = () => this.#zoom.scaleBy(canvas, 1.5);
    const showAll = () => this.#zoom.transform(canvas, zoomIdentity);
    const actions: Record<string, () => void> = {
      ArrowLeft: () => this.#zoom.translateBy(canvas, step, 0),
      ArrowRight: () => this.#zoom.translateBy(canvas, -step, 0),
      '+': zoomIn,
      '=': zoomIn,
      '-': () => this.#zoom.scaleBy(canvas, 1 / 1.5),
      '0': showAll,
      Home: showAll,
      ',': () => this.#selectNextSpike(-1),
      '.': () => this.#selectNextSpike(1),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    action();
    event.preventDefault();
  }

  #selectNextSpike(direction: 1 | -1): void {
    const { populationIndices, neurons, ticks } = this.#spikes;
    const [from, to] = this.view;
    const isInView = (i: number) => i >= 0 && this.#getSpikeTime(i) >= from && this.#getSpikeTime(i) <= to;
    let i = isInView(this.#selectedSpike)
      ? this.#selectedSpike + direction
      : findFirstSpike(ticks, (from - this.#data.window[0]) / this.#data.tickLength);
    while (i >= 0 && i < ticks.length && !this.#strips[populationIndices[i]!]) i += direction;
    const band = this.#strips[populationIndices[i]!];
    if (!band) return;
    this.#selectedSpike = i;
    if (!isInView(i))
      this.#zoom.translateTo(select(this.#canvas), this.#createUnzoomedScale()(this.#getSpikeTime(i)), 0);
    const { left, top } = this.#canvas.getBoundingClientRect();
    const x = left + this.#createTimeScale()(this.#getSpikeTime(i));
    this.#tooltip.showTextAt(this.#describeSpike(i), x, top + TOP + computeRowCentre(band, neurons[i]!));
  }
}
