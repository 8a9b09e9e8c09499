/** Points of a pen stroke, as fractions of the side of the drawing pad, from its upper left corner. */
export type Stroke = readonly { readonly x: number; readonly y: number }[];

const IMAGE_SIDE = 28;
/** Side of the square to which digits are scaled, pixels. The centre of mass of a digit is the image centre (MNIST). */
const DIGIT_BOX_SIDE = 20;
const PEN_WIDTH = 2.2;
/**
 * Minimum side of the square around a drawing that is scaled to an image, as a fraction of the side of the pad;
 * limits the magnification of small drawings.
 */
const MIN_SIDE = 0.25;

/** Length of the line that draws a point, pixels; browsers do not draw lines without length. */
const DOT_LENGTH = 1e-2;

/** Draws strokes on a pad. In pixels: `width` of a line, `scale` (side of the pad), `left` and `top` (its upper left corner). */
export function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  width: number,
  scale: number,
  left = 0,
  top = 0,
) {
  context.lineWidth = width;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    for (const [i, { x, y }] of stroke.entries()) {
      if (i === 0) context.moveTo(left + x * scale, top + y * scale + DOT_LENGTH);
      context.lineTo(left + x * scale, top + y * scale);
    }
    context.stroke();
  }
}

/** MNIST image: 28 × 28 grey values, ink at 255. */
export function rasteriseStrokes(strokes: readonly Stroke[]): Uint8Array {
  const points = strokes.flat();
  if (points.length === 0) return new Uint8Array(IMAGE_SIDE * IMAGE_SIDE);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(MIN_SIDE, Math.max(...xs) - left, Math.max(...ys) - top);
  const scale = (DIGIT_BOX_SIDE - PEN_WIDTH) / side;
  const canvas = document.createElement('canvas');
  canvas.width = IMAGE_SIDE;
  canvas.height = IMAGE_SIDE;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const drawAt = (x: number, y: number) => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
    context.strokeStyle = '#fff';
    drawStrokes(context, strokes, PEN_WIDTH, scale, x, y);
    const { data } = context.getImageData(0, 0, IMAGE_SIDE, IMAGE_SIDE);
    return Uint8Array.from({ length: IMAGE_SIDE * IMAGE_SIDE }, (_, i) => data[4 * i]!);
  };
  const x = (IMAGE_SIDE - (Math.max(...xs) + left) * scale) / 2;
  const y = (IMAGE_SIDE - (Math.max(...ys) + top) * scale) / 2;
  const first = drawAt(x, y);
  let [mass, sumX, sumY] = [0, 0, 0];
  first.forEach((grey, i) => {
    mass += grey;
    sumX += grey * (i % IMAGE_SIDE);
    sumY += grey * Math.floor(i / IMAGE_SIDE);
  });
  const middle = (IMAGE_SIDE - 1) / 2;
  return drawAt(x + (middle - sumX / mass), y + (middle - sumY / mass));
}
