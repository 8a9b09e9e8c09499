import { scaleLinear } from 'd3-scale';
import { select } from 'd3-selection';
import { type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import { timeUnit, windowText } from '../../time.ts';
import type { Band, RasterData, SpikeColumns } from './data.ts';
import { drawRates, STRIP } from './rateStrips.ts';
import { lowerBound, type PlacedBand, rowOf, spikeImage } from './spikeImage.ts';
import type { Tooltip } from './tooltip.ts';

const HEIGHT = 380;
const LEFT = 110;
const RIGHT = 24;
const TOP = 22;
const BOTTOM = 44;
const REACH = 8; // px within which a spike is found by the pointer
const SMALL = 11;
/** More images than this in view are not marked one by one. */
const MOST_IMAGES = 60;
const NO_ANSWER = 255;
const DARK = matchMedia('(prefers-color-scheme: dark)');

/**
 * The raster on a canvas, with rates under it: wheel and drag zoom and pan through time, the pointer tells time and neuron of the spike under it.
 * Keys: ← → pan, + - zoom, 0 all, , . from spike to spike.
 */
export class RasterView {
  readonly #canvas: HTMLCanvasElement;
  #data: RasterData;
  #spikes: SpikeColumns;
  readonly #tooltip: Tooltip;
  readonly #zoom: ZoomBehavior<HTMLCanvasElement, unknown>;
  readonly #shown: boolean[];
  #bands: (PlacedBand | null)[] = [];
  #at = -1;
  /** Every image, to be marked where few are in view. */
  #images: SpikeColumns | undefined;
  #pending = false;
  #printing = false;

  constructor(canvas: HTMLCanvasElement, data: RasterData, spikes: SpikeColumns, tooltip: Tooltip) {
    this.#canvas = canvas;
    this.#data = data;
    this.#spikes = spikes;
    this.#tooltip = tooltip;
    this.#shown = data.populations.map(() => true);
    this.#zoom = zoom<HTMLCanvasElement, unknown>().on('zoom', () => this.#redraw());
    select(canvas).call(this.#zoom).on('dblclick.zoom', null);
    canvas.addEventListener('pointermove', (event) => this.#hover(event));
    canvas.addEventListener('pointerleave', () => tooltip.hide());
    canvas.addEventListener('keydown', (event) => this.#key(event));
    addEventListener('resize', () => this.#resize());
    DARK.addEventListener('change', () => this.#redraw());
    addEventListener('beforeprint', () => this.#print(true));
    addEventListener('afterprint', () => this.#print(false));
    this.#resize();
  }

  /** Shows other spikes of the same populations. */
  replace(view: Omit<RasterData, 'populations'>, spikes: SpikeColumns): void {
    this.#data = { ...this.#data, ...view };
    this.#spikes = spikes;
    this.#at = -1;
    this.#redraw();
  }

  /** Marks every image, with its class, where no more than a few are in view. */
  markImages(images: SpikeColumns): void {
    this.#images = images;
    this.#redraw();
  }

  /** What is marked in view: images one by one, of many only the phases. */
  #marks(): RasterData['marks'] {
    const { marks, tick, window } = this.#data;
    if (this.#images === undefined) return marks;
    const { ticks, neurons } = this.#images;
    const [first, end] = this.view.map((time) => lowerBound(ticks, (time - window[0]) / tick)) as [number, number];
    if (end - first > MOST_IMAGES) return marks;
    return Array.from({ length: end - first }, (_, k) => {
      const [label, answer] = [neurons[first + k]! >> 8, neurons[first + k]! & 255];
      const told = answer === NO_ANSWER || answer === label ? `${label}` : `${label}→${answer}`;
      return { time: window[0] + ticks[first + k]! * tick, label: told };
    });
  }

  /** Whether a population is drawn; the others share the room. */
  toggle(population: number, shown: boolean): void {
    this.#shown[population] = shown;
    this.#resize();
  }

  /** First and last time in view, ms. */
  get view(): readonly [number, number] {
    const x = this.#x();
    return [x.invert(LEFT), x.invert(LEFT + this.#width)];
  }

  /** Lower edge of the strips of rates, where the time axis is, px. */
  get #bottom(): number {
    return TOP + HEIGHT + STRIP * this.#shown.filter((shown) => shown).length;
  }

  get #width(): number {
    return this.#canvas.clientWidth - LEFT - RIGHT;
  }

  #x() {
    const whole = scaleLinear(this.#data.window, [LEFT, LEFT + this.#width]);
    return zoomTransform(this.#canvas).rescaleX(whole);
  }

  #resize(): void {
    const { clientWidth } = this.#canvas;
    const height = this.#bottom + BOTTOM;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.width = clientWidth * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    const extent: [[number, number], [number, number]] = [
      [LEFT, 0],
      [LEFT + this.#width, height],
    ];
    const span = (this.#data.window[1] - this.#data.window[0]) / this.#data.tick;
    this.#zoom
      .extent(extent)
      .translateExtent(extent)
      .scaleExtent([1, Math.max(1, span / 20)]);
    const roots = this.#data.populations.map(({ size }, p) => (this.#shown[p] ? Math.sqrt(size) + 2 : 0));
    const all = roots.reduce((sum, root) => sum + root, 0);
    let top = 0;
    this.#bands = this.#data.populations.map((population, p) => {
      if (!this.#shown[p]) return null;
      const band = { ...population, top, height: (HEIGHT * roots[p]!) / all };
      top += band.height;
      return band;
    });
    this.#redraw();
  }

  /** Paper is white, whatever the screen is; it is drawn at once, for printing does not wait for a frame. */
  #print(printing: boolean): void {
    this.#printing = printing;
    this.#draw();
  }

  #colourOf({ colour, colourOnDark }: Band): string {
    return DARK.matches && !this.#printing ? colourOnDark : colour;
  }

  #redraw(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#draw();
    });
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d')!;
    const ratio = devicePixelRatio;
    const style = getComputedStyle(this.#canvas);
    const [width, height] = [Math.round(this.#width * ratio), Math.round(HEIGHT * ratio)];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (width <= 0) return;
    const [from, to] = this.view;
    const { window, tick } = this.#data;
    this.#canvas.setAttribute('aria-label', `Spikes by neuron from ${windowText(from, to)}`);
    const range = [(from - window[0]) / tick, (to - window[0]) / tick] as const;
    const bands = this.#bands.map(
      (band) => band && { ...band, top: band.top * ratio, height: band.height * ratio, colour: this.#colourOf(band) },
    );
    const image = spikeImage(this.#spikes, bands, range, width, height);
    context.putImageData(image, LEFT * ratio, TOP * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#axes(context, style);
  }

  #axes(context: CanvasRenderingContext2D, style: CSSStyleDeclaration): void {
    const ink = this.#printing ? '#000' : style.color;
    const muted = this.#printing ? '#444' : style.getPropertyValue('--muted');
    const x = this.#x();
    const bottom = this.#bottom;
    context.font = `${SMALL}px ${style.fontFamily}`;
    context.strokeStyle = context.fillStyle = muted;
    context.textBaseline = 'top';
    context.strokeRect(LEFT, TOP, this.#width, HEIGHT);
    context.textAlign = 'center';
    const { unit, ms } = timeUnit(this.view[1]);
    const axis = x.copy().domain(this.view.map((time) => time / ms));
    const format = axis.tickFormat(8);
    for (const time of axis.ticks(Math.max(2, this.#width / 110))) {
      context.fillRect(axis(time), bottom, 1, 5);
      context.fillText(format(time), axis(time), bottom + 9);
    }
    context.fillStyle = ink;
    context.fillText(`time (${unit})`, LEFT + this.#width / 2, bottom + 26);
    let free = 0;
    context.textAlign = 'left';
    const marks = this.#marks();
    for (const [i, { time, label }] of marks.entries()) {
      const at = x(time);
      if (at < LEFT || at > LEFT + this.#width) continue;
      context.globalAlpha = 0.35;
      context.fillRect(at, TOP, 1, bottom - TOP);
      context.globalAlpha = 1;
      if (!label) continue;
      const from = Math.max(at, free); // behind the label before it, where that leaves room for its own
      const to = from + context.measureText(label).width + 8;
      if (from > at && to > x(marks[i + 1]?.time ?? this.view[1])) continue;
      context.fillText(label, from + 2, TOP - 15);
      free = to;
    }
    const bands = this.#bands.map((band) => band && { ...band, colour: this.#colourOf(band) });
    drawRates(context, this.#data, this.#spikes, { bands, x, top: TOP + HEIGHT, ink, muted });
    context.textAlign = 'right';
    context.textBaseline = 'top';
    for (const band of bands) {
      if (band === null) continue;
      context.fillStyle = band.colour;
      context.fillRect(LEFT - 6, TOP + band.top + 1, 4, band.height - 2);
      context.fillStyle = ink;
      context.fillText(band.name, LEFT - 12, TOP + band.top + band.height / 2 - 6, LEFT - 16);
      context.fillStyle = muted;
      if (band.height < 44) continue;
      context.fillText(String(band.first), LEFT - 12, TOP + band.top + band.height - 12);
      context.fillText(String(band.first + band.size - 1), LEFT - 12, TOP + band.top + 2);
    }
  }

  #hover({ offsetX, offsetY, clientX, clientY }: PointerEvent): void {
    const { ticks, neurons, populations } = this.#spikes;
    const x = this.#x();
    const { window, tick } = this.#data;
    const tickAt = (px: number) => Math.max(0, (x.invert(px) - window[0]) / tick);
    let best = REACH ** 2;
    let found = -1;
    const last = lowerBound(ticks, tickAt(offsetX + REACH));
    for (let i = lowerBound(ticks, tickAt(offsetX - REACH)); i < last; i++) {
      const band = this.#bands[populations[i]!];
      if (!band) continue;
      const dx = x(this.#time(i)) - offsetX;
      const dy = TOP + rowOf(band, neurons[i]!) - offsetY;
      const distance = dx * dx + dy * dy;
      if (distance < best) [best, found] = [distance, i];
    }
    if (found < 0) this.#tooltip.hide();
    else {
      this.#at = found;
      this.#tooltip.show(this.#describe(found), clientX, clientY);
    }
  }

  #time(i: number): number {
    return this.#data.window[0] + this.#spikes.ticks[i]! * this.#data.tick;
  }

  #describe(i: number): string {
    const { unit, ms } = timeUnit(this.#time(i));
    const digits = Math.max(0, Math.ceil(Math.log10(ms / this.#data.tick)));
    const { name } = this.#data.populations[this.#spikes.populations[i]!]!;
    return `${name} neuron ${this.#spikes.neurons[i]}, ${(this.#time(i) / ms).toFixed(digits)} ${unit}`;
  }

  #key(event: KeyboardEvent): void {
    const canvas = select(this.#canvas);
    const pan = (this.#width / 8) * (event.key === 'ArrowLeft' ? 1 : -1);
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      this.#zoom.translateBy(canvas, pan / zoomTransform(this.#canvas).k, 0);
    } else if (event.key === '+' || event.key === '=') this.#zoom.scaleBy(canvas, 1.5);
    else if (event.key === '-') this.#zoom.scaleBy(canvas, 1 / 1.5);
    else if (event.key === '0' || event.key === 'Home') this.#zoom.transform(canvas, zoomIdentity);
    else if (event.key === ',' || event.key === '.') this.#step(event.key === '.' ? 1 : -1);
    else return;
    event.preventDefault();
  }

  /** To the next or previous spike that is drawn, bringing it into view. */
  #step(direction: 1 | -1): void {
    const { populations, neurons, ticks } = this.#spikes;
    const [from, to] = this.view;
    const inView = (i: number) => i >= 0 && this.#time(i) >= from && this.#time(i) <= to;
    let i = inView(this.#at)
      ? this.#at + direction
      : lowerBound(ticks, (from - this.#data.window[0]) / this.#data.tick);
    while (i >= 0 && i < ticks.length && !this.#bands[populations[i]!]) i += direction;
    const band = this.#bands[populations[i]!];
    if (!band) return;
    this.#at = i;
    if (!inView(i))
      this.#zoom.translateTo(
        select(this.#canvas),
        scaleLinear(this.#data.window, [LEFT, LEFT + this.#width])(this.#time(i)),
        0,
      );
    const { left, top } = this.#canvas.getBoundingClientRect();
    this.#tooltip.show(this.#describe(i), left + this.#x()(this.#time(i)), top + TOP + rowOf(band, neurons[i]!));
  }
}
