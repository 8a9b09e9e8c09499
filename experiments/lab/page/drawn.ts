/** A stroke in shares of the pad's side, from its upper left corner. */
export type Stroke = readonly { readonly x: number; readonly y: number }[];

const SIDE = 28;
/** As in MNIST: digits fill a box of 20 pixels, and their centre of mass is the centre of the image. */
const BOX = 20;
const PEN = 2.2;
/** Smallest side that a drawing is taken to have, as a share of the pad: a dot is not blown up. */
const LEAST = 0.25;

const image = (): CanvasRenderingContext2D => {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  return canvas.getContext('2d', { willReadFrequently: true })!;
};

function inked(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  scale: number,
  left: number,
  top: number,
): Uint8Array {
  context.fillStyle = '#000';
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = '#fff';
  context.lineWidth = PEN;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    for (const [i, { x, y }] of stroke.entries()) {
      if (i === 0) context.moveTo(left + x * scale, top + y * scale);
      context.lineTo(left + x * scale, top + y * scale);
    }
    context.stroke();
  }
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]!);
}

/** Strokes as an image like those of MNIST: 28 × 28 grey values, ink at 255. */
export function drawnImage(strokes: readonly Stroke[]): Uint8Array {
  const points = strokes.flat();
  if (points.length === 0) return new Uint8Array(SIDE * SIDE);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(LEAST, Math.max(...xs) - left, Math.max(...ys) - top);
  const scale = (BOX - PEN) / side;
  const context = image();
  const centred = (x: number, y: number) => inked(context, strokes, scale, x, y);
  const first = centred((SIDE - (Math.max(...xs) + left) * scale) / 2, (SIDE - (Math.max(...ys) + top) * scale) / 2);
  let [mass, sumX, sumY] = [0, 0, 0];
  first.forEach((grey, i) => {
    mass += grey;
    sumX += grey * (i % SIDE);
    sumY += grey * Math.floor(i / SIDE);
  });
  const middle = (SIDE - 1) / 2;
  const [dx, dy] = [middle - sumX / mass, middle - sumY / mass];
  return centred((SIDE - (Math.max(...xs) + left) * scale) / 2 + dx, (SIDE - (Math.max(...ys) + top) * scale) / 2 + dy);
}
