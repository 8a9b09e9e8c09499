import { RandomStream, type Seed } from '../../core/random/random.ts';

/** Name of the generated data set for `--data`. */
export const YIN_YANG = 'yin-yang';

const CLASSES = ['yin', 'yang', 'dot'];
const [RADIUS, DOT_RADIUS] = [0.5, 0.1];

/** Length of a vector; unlike `Math.hypot`, bit-identical in all JavaScript engines. */
const computeLength = (x: number, y: number) => Math.sqrt(x * x + y * y);

function classify(x: number, y: number): number {
  const left = computeLength(x - RADIUS / 2, y - RADIUS);
  const right = computeLength(x - (3 * RADIUS) / 2, y - RADIUS);
  if (left < DOT_RADIUS || right < DOT_RADIUS) return 2;
  const isYin = right <= DOT_RADIUS || (left > DOT_RADIUS && left <= RADIUS / 2) || (y > RADIUS && right > RADIUS / 2);
  return isYin ? 1 : 0;
}

/**
 * Draws points of the Yin-Yang data set (Kriener et al. 2022, doi:10.1145/3517343.3517380): uniform in a disc of radius 0.5, with equal
 * probabilities of the three classes, since each point is redrawn until it has the class that was drawn first. `coordinates` has
 * x, y, 1 - x, 1 - y of each point.
 */
export function createYinYang(n: number, seed: Seed) {
  const random = new RandomStream(seed, 'data/yinYang');
  const coordinates = new Float64Array(4 * n);
  const labels = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const wanted = random.integerBelow(CLASSES.length);
    for (;;) {
      const [x, y] = [random.uniform(), random.uniform()];
      if (computeLength(x - RADIUS, y - RADIUS) > RADIUS || classify(x, y) !== wanted) continue;
      coordinates.set([x, y, 1 - x, 1 - y], 4 * i);
      labels[i] = wanted;
      break;
    }
  }
  return { n, classCount: CLASSES.length, coordinates, labels };
}
