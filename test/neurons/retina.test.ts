/** On- and off-cells: the difference of Gaussians of the definition, and spikes at the rates that it gives. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { encodeContrast } from '../../neurons/encoders/contrast.ts';
import { retina } from '../../neurons/index.ts';

const COLUMNS = 9;
const ROWS = 7;
const pixels = Uint8Array.from({ length: ROWS * COLUMNS }, (_, i) => ((i * 97) % 5 === 0 ? 255 : (i * 31) % 120));

/** G(sd) * x at a place, summed up over the plane, with radii of 2 and 4 pixels as weights fall off there. */
function blur(sd: number, reach: number, y: number, x: number): number {
  const weight = (d: number) => Math.exp((-d * d) / (2 * sd * sd));
  let [sum, norm] = [0, 0];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const w = weight(dy) * weight(dx);
      norm += w;
      const inside = y + dy >= 0 && y + dy < ROWS && x + dx >= 0 && x + dx < COLUMNS;
      if (inside) sum += (w * pixels[(y + dy) * COLUMNS + x + dx]!) / 255;
    }
  return sum / norm;
}

test('contrasts are those of the definition, one of two cells a pixel sees some', () => {
  const cells = encodeContrast(
    Float64Array.from(pixels, (v) => v / 255),
    COLUMNS,
    { centre: 0.6, surround: 1.6, least: 0.04 },
  );
  let [on, off] = [0, 0];
  for (let i = 0; i < pixels.length; i++) {
    const [y, x] = [Math.floor(i / COLUMNS), i % COLUMNS];
    const d = blur(0.6, 2, y, x) - blur(1.6, 4, y, x);
    assert.ok(Math.abs(cells[2 * i]! - (d > 0.04 ? d : 0)) < 1e-12, `on ${i}`);
    assert.ok(Math.abs(cells[2 * i + 1]! - (-d > 0.04 ? -d : 0)) < 1e-12, `off ${i}`);
    if (cells[2 * i]! > 0) on++;
    if (cells[2 * i + 1]! > 0) off++;
  }
  assert.ok(on > 5 && off > 5);
});

test('cells fire at their contrast times maxRate while an image is shown', () => {
  const net = new Network({ seed: 3 });
  const file = { pixels, size: pixels.length, origin: 'a test' };
  const cells = net.population('cells', retina({ file, columns: COLUMNS, maxRate: 1000, duration: 4000 }));
  const counts = new Uint32Array(cells.size);
  net.recordSpikes([cells], {
    write: ({ neuron }, rows) => {
      for (let i = 0; i < rows; i++) counts[neuron![i]!]!++;
    },
  });
  net.run(5000);
  net.flush();
  const expected = encodeContrast(
    Float64Array.from(pixels, (v) => v / 255),
    COLUMNS,
    { centre: 0.6, surround: 1.6, least: 0.04 },
  );
  expected.forEach((c, j) => {
    assert.ok(Math.abs(counts[j]! - 4000 * c) <= 5 * Math.sqrt(4000 * c), `cell ${j}: ${counts[j]} for ${4000 * c}`);
  });
  assert.throws(
    () => new Network({ seed: 1 }).population('cells', retina({ file, columns: 10 })),
    /populations\.cells\.columns is 10, but must divide the 63 pixels of the images of a test\.$/,
  );
});

test.run();
