/**
 * Centres one grey image and removes its slant, from its moments. With mass m = Σ I, centroid (x̄, ȳ) = Σ I·(x, y) / m,
 *   μ11 = Σ I (x − x̄)(y − ȳ) / m,   μ02 = Σ I (y − ȳ)² / m,   shear a = μ11 / μ02,
 * the result is, with the middle (cx, cy) = ((columns − 1) / 2, (rows − 1) / 2),
 *   out(x, y) = I(x̄ + (x − cx) + a·(y − cy),  ȳ + (y − cy)),
 * with bilinear interpolation and 0 outside the image. The result has μ11 = 0 and its centroid in the middle, up to rounding to
 * integer grey values. A black image stays black; an image with one inked row is only centred.
 * Report accuracies with and without this preprocessing separately.
 * @param images grey values 0–255, row-major; `offset` is the first pixel of the image
 * @param out result at `offset`; must not be `images`
 */
export function deskew(images: Uint8Array, offset: number, rows: number, columns: number, out: Uint8Array): void {
  let mass = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXY = 0;
  let sumYY = 0;
  for (let y = 0, i = offset; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      const grey = images[i]!;
      mass += grey;
      sumX += grey * x;
      sumY += grey * y;
      sumXY += grey * x * y;
      sumYY += grey * y * y;
    }
  }
  if (mass === 0) {
    out.fill(0, offset, offset + rows * columns);
    return;
  }
  const meanX = sumX / mass;
  const meanY = sumY / mass;
  const variance = sumYY / mass - meanY * meanY;
  const shear = variance > 1e-9 ? (sumXY / mass - meanX * meanY) / variance : 0;

  const at = (x: number, y: number): number =>
    x >= 0 && x < columns && y >= 0 && y < rows ? images[offset + y * columns + x]! : 0;
  for (let row = 0; row < rows; row++) {
    const fromMiddle = row - (rows - 1) / 2;
    const y = meanY + fromMiddle;
    const y0 = Math.floor(y);
    const fy = y - y0;
    const left = meanX - (columns - 1) / 2 + shear * fromMiddle;
    const x0 = Math.floor(left);
    const fx = left - x0; // constant along the row, because x advances by one pixel
    for (let column = 0; column < columns; column++) {
      const x = x0 + column;
      const upper = at(x, y0) * (1 - fx) + at(x + 1, y0) * fx;
      const lower = at(x, y0 + 1) * (1 - fx) + at(x + 1, y0 + 1) * fx;
      out[offset + row * columns + column] = Math.round(upper * (1 - fy) + lower * fy);
    }
  }
}

/** Removes the slant of all images; returns a new array. */
export function deskewImages(images: Uint8Array, rows: number, columns: number): Uint8Array {
  const out = new Uint8Array(images.length);
  for (let offset = 0; offset < images.length; offset += rows * columns) deskew(images, offset, rows, columns, out);
  return out;
}
