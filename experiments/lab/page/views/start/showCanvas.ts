import type { OpenedNetwork } from '../../../worker/classify.ts';
import type { ShownDigit } from './digitShow.ts';

export const [CANVAS_WIDTH, CANVAS_HEIGHT] = [720, 264];
const SIDE = 28;
const PIXEL_SIZE = 7;
/** Left and upper edges of the image and of the grid of receptive fields, pixels of the canvas. */
const [IMAGE_LEFT, IMAGE_TOP, GRID_LEFT, GRID_TOP] = [6, 34, 236, 12];
const COLUMNS = 20;
const CELL = 24;
/** Simulated time in which a spike travels from its pixel to the neurons, and in which a neuron flashes, ms. */
const [TRAVEL_MS, FLASH_MS] = [25, 60];
const SPIKE_COLOUR = '#d55e00';
const LINE_ALPHA = 0.12;

/** Renders an image of one colour, whose pixels have opacities of 0 to 255. */
function renderPixels(colour: string, width: number, height: number, opacityOf: (x: number, y: number) => number) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  const image = context.getImageData(0, 0, width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) image.data[4 * (y * width + x) + 3] = opacityOf(x, y);
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Prepares a canvas for a network of neurons that see the whole image; neurons are sorted by class. Returns a function
 * that draws a digit and its spikes up to the fraction `progress` of its presentation time.
 */
export function createDigitPainter(canvas: HTMLCanvasElement, network: OpenedNetwork) {
  const { neuronCount, weightBytes, neuronClasses } = network;
  const order = [...neuronClasses.keys()].sort((a, b) => neuronClasses[a]! - neuronClasses[b]!);
  const places = new Map(
    order.map((neuron, place) => [neuron, [place % COLUMNS, Math.floor(place / COLUMNS)] as const]),
  );
  const ink = getComputedStyle(canvas).color;
  const rows = Math.ceil(neuronCount / COLUMNS);
  const fields = renderPixels(ink, COLUMNS * SIDE, rows * SIDE, (x, y) => {
    const neuron = order[Math.floor(y / SIDE) * COLUMNS + Math.floor(x / SIDE)];
    return neuron === undefined ? 0 : weightBytes[((y % SIDE) * SIDE + (x % SIDE)) * neuronCount + neuron]!;
  });
  const context = canvas.getContext('2d')!;
  context.setTransform(canvas.width / CANVAS_WIDTH, 0, 0, canvas.height / CANVAS_HEIGHT, 0, 0);

  const findPixel = (input: number) =>
    [
      IMAGE_LEFT + ((input % SIDE) + 0.5) * PIXEL_SIZE,
      IMAGE_TOP + (Math.floor(input / SIDE) + 0.5) * PIXEL_SIZE,
    ] as const;
  const drawField = (neuron: number, alpha: number, isFlashing: boolean) => {
    const [column, row] = places.get(neuron)!;
    const [x, y] = [GRID_LEFT + column * CELL, GRID_TOP + row * CELL];
    context.globalAlpha = alpha;
    context.drawImage(fields, column * SIDE, row * SIDE, SIDE, SIDE, x, y, CELL, CELL);
    if (isFlashing) context.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
  };
  const drawLine = (from: readonly [number, number], neuron: number) => {
    const [column, row] = places.get(neuron)!;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(GRID_LEFT + (column + 0.5) * CELL, GRID_TOP + (row + 0.5) * CELL);
    context.stroke();
  };

  let latest: readonly unknown[] = [];
  let image: { readonly digit: ShownDigit; readonly picture: HTMLCanvasElement } | undefined;
  return (digit: ShownDigit, progress: number) => {
    if (latest[0] === digit && latest[1] === progress) return;
    latest = [digit, progress];
    if (image?.digit !== digit)
      image = { digit, picture: renderPixels(ink, SIDE, SIDE, (x, y) => digit.pixels[y * SIDE + x]!) };
    const { window, tickLength, ticks, neurons, populationIndices } = digit.answer.raster;
    const now = progress * window[1] + (progress === 1 ? FLASH_MS : 0);
    context.clearRect(0, 0, CANVAS_WIDTH, CANVAS_HEIGHT);
    context.imageSmoothingEnabled = false;
    context.drawImage(image.picture, IMAGE_LEFT, IMAGE_TOP, SIDE * PIXEL_SIZE, SIDE * PIXEL_SIZE);
    context.globalAlpha = 0.3;
    context.imageSmoothingEnabled = true;
    context.drawImage(fields, GRID_LEFT, GRID_TOP, COLUMNS * CELL, rows * CELL);
    context.fillStyle = SPIKE_COLOUR;
    context.strokeStyle = SPIKE_COLOUR;
    let recentInputs: (readonly [time: number, input: number])[] = [];
    for (const [i, neuron] of neurons.entries()) {
      const time = ticks[i]! * tickLength;
      const age = now - time;
      if (age < 0) break;
      if (populationIndices[i] === 0) {
        recentInputs.push([time, neuron]);
        if (age > TRAVEL_MS) continue;
        const [x, y] = findPixel(neuron);
        const share = age / TRAVEL_MS;
        const target = GRID_TOP + (Math.floor(neuron / SIDE) / SIDE) * rows * CELL;
        context.globalAlpha = 0.8;
        context.fillRect(x + share * (GRID_LEFT - x) - 1.5, y + share * (target - y) - 1.5, 3, 3);
      } else {
        recentInputs = recentInputs.filter(([inputTime]) => time - inputTime < TRAVEL_MS);
        const isFlashing = age < FLASH_MS;
        context.lineWidth = 0.5;
        context.globalAlpha = LINE_ALPHA;
        if (isFlashing) for (const [, input] of recentInputs) drawLine(findPixel(input), neuron);
        context.lineWidth = 2;
        drawField(neuron, 1, isFlashing);
      }
    }
    context.globalAlpha = 1;
  };
}
