/**
 * Kremer, Léger, Goodman, Brette & Bourdieu 2011, doi:10.1523/JNEUROSCI.1302-11.2011: bars that move over the whiskers train layer 2/3 of the
 * barrel cortex: neurons become selective for directions, and neighbouring neurons prefer similar directions.
 * Run: node dist/experiments/examples/papers/barrelCortex.js
 * Expect: 7.2 Hz; mean cosine between preferred directions after 5 s: 0.24 for neighbours (before: 0.00), 0.03 for neurons 15 apart
 *
 * As in Brian2's port: a barrel has 484 direction-selective inputs of layer 4, 625 excitatory and 144 inhibitory LIF neurons with thresholds that
 * adapt; half of all feedforward pairs of a barrel are connected and plastic; lateral connections fall off with the distance. Here 3 × 3 barrels (published: 5 × 5,
 * `main({ barrels: 5 })`), and the potential is clamped during the refractory period; in the port it continues.
 */
import { ideal, lif, Network, pairStdp, RandomStream, spikeTrains } from '../../index.ts';
import { runIfMain } from '../support.ts';

const [SIDE4, SIDE_EXC, SIDE_INH] = [22, 25, 12]; // number of neurons along each side of a barrel
const [N4, N_EXC] = [SIDE4 ** 2, SIDE_EXC ** 2];
const [TAU, TAU_EXC, TAU_INH] = [10, 2, 25]; // ms
/** Amplitude of an exponential current, pA at 1 GΩ, for which the postsynaptic potential peaks at 1 mV (IPSC: -1 mV). */
const EPSC = (TAU_EXC / TAU) ** (TAU / (TAU_EXC - TAU));
const IPSC = -((TAU_INH / TAU) ** (TAU / (TAU_INH - TAU)));
const [BAR_DURATION, PASSAGE_DURATION] = [60, 5]; // time from one bar to the next, and of the passage over a barrel, ms
/** Mean number of spikes of an input as a bar passes in its preferred direction. */
const MAX_MEAN_SPIKES = 0.5;

/** Preferred direction of input number i, rad. */
const computePreferredDirection = (i: number) => (2 * Math.PI * (i % N4)) / N4;

/** Spike times of the layer-4 inputs, ms, while bars of random directions move over `barrels` × `barrels` whiskers. */
function createLayer4Trains(barrels: number, duration: number): number[][] {
  const random = new RandomStream(1, 'bars');
  const trains: number[][] = Array.from({ length: barrels ** 2 * N4 }, () => []);
  for (let start = 0; start + BAR_DURATION <= duration; start += BAR_DURATION) {
    const direction = 2 * Math.PI * random.uniform();
    for (let b = 0; b < barrels ** 2; b++) {
      const [x, y] = [(b % barrels) + 0.5 - barrels / 2, Math.floor(b / barrels) + 0.5 - barrels / 2];
      const enters = start + PASSAGE_DURATION * (x * Math.cos(direction) + y * Math.sin(direction) - 0.5 + 6);
      for (let i = 0; i < N4; i++) {
        const mean = MAX_MEAN_SPIKES * Math.cos(direction - computePreferredDirection(i));
        for (let t = random.exponential() / mean; mean > 0 && t < 1; t += random.exponential() / mean)
          trains[b * N4 + i]!.push(enters + PASSAGE_DURATION * t);
      }
    }
  }
  return trains;
}

/** Index of the barrel to which neuron j belongs; a barrel has `side` × `side` neurons. */
const findBarrel = (j: number, side: number, barrels: number) =>
  Math.floor((j % (side * barrels)) / side) + barrels * Math.floor(j / (side * barrels) / side);

function drawFeedforward(barrels: number) {
  const random = new RandomStream(1, 'feedforward');
  const [pre, post]: [number[], number[]] = [[], []];
  for (let j = 0; j < barrels ** 2 * N_EXC; j++) {
    const first = findBarrel(j, SIDE_EXC, barrels) * N4;
    for (let i = first; i < first + N4; i++) {
      if (random.uniform() >= 0.5) continue;
      pre.push(i);
      post.push(j);
    }
  }
  return { pre: Uint32Array.from(pre), post: Uint32Array.from(post), weight: 0.5 * EPSC };
}

/**
 * Preferred direction (rad) and selectivity of excitatory neurons: angle and length of the mean unit vector along the
 * preferred directions of their inputs, weighted by the synaptic weights.
 */
function computeDirections(
  { pre, post, weight }: { pre: Uint32Array; post: Uint32Array; weight: Float64Array },
  size: number,
) {
  const [x, y, sum] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (const [k, w] of weight.entries()) {
    x[post[k]!]! += w * Math.cos(computePreferredDirection(pre[k]!));
    y[post[k]!]! += w * Math.sin(computePreferredDirection(pre[k]!));
    sum[post[k]!]! += w;
  }
  return {
    angle: x.map((_, j) => Math.atan2(y[j]!, x[j]!)),
    strength: x.map((_, j) => Math.hypot(x[j]!, y[j]!) / sum[j]!),
  };
}

/** Mean cosine between preferred directions of neighbours in a row of a barrel, and of neurons 15 apart. */
function computeDirectionCosines(angle: Float64Array, barrels: number) {
  const mean = (apart: number) => {
    let [sum, of] = [0, 0];
    for (let j = 0; j + apart < angle.length; j++) {
      if (findBarrel(j, SIDE_EXC, barrels) !== findBarrel(j + apart, SIDE_EXC, barrels)) continue;
      if ((j % SIDE_EXC) + apart >= SIDE_EXC) continue;
      sum += Math.cos(angle[j]! - angle[j + apart]!);
      of++;
    }
    return sum / of;
  };
  return { near: mean(1), far: mean(15) };
}

export function main({ barrels = 3, duration = 5000 } = {}) {
  const net = new Network({ seed: 1 });
  const cells = {
    tau: TAU,
    capacitance: TAU,
    threshold: 15,
    refractory: 2,
    adaptive: { increment: 2, tau: 50 },
    synapse: 'exponential',
    tauSynExc: TAU_EXC,
    tauSynInh: TAU_INH,
  } as const;
  const square = (side: number) => ({
    positions: { grid: { rows: side * barrels, columns: side * barrels, extent: [barrels, barrels] as const } },
  });
  const input = net.population('layer4', spikeTrains({ trains: createLayer4Trains(barrels, duration) }));
  const exc = net.population('exc', lif({ ...cells, size: barrels ** 2 * N_EXC }), square(SIDE_EXC));
  const inh = net.population('inh', lif({ ...cells, size: barrels ** 2 * SIDE_INH ** 2 }), square(SIDE_INH));
  const learning = net.projection(input, exc, {
    connect: { edges: drawFeedforward(barrels) },
    device: ideal({ wMin: 0, wMax: EPSC }),
    rule: pairStdp({ aPlus: 0.05, aMinus: 0.04, tauPlus: 5, tauMinus: 25 }),
  });
  const lateral = (peak: number, sd: number, weight: number) => ({
    connect: { distance: { probability: { gaussian: { peak, sd } }, radius: 4 * sd, weight } },
    delay: 0.1,
  });
  net.projection(exc, exc, lateral(0.15, 0.4, 0.3 * EPSC));
  net.projection(exc, inh, lateral(0.15, 0.4, EPSC));
  net.projection(inh, exc, lateral(1, 0.2, IPSC));

  const before = computeDirections(learning.synapses(), exc.size);
  net.run(duration);
  const after = computeDirections(learning.synapses(), exc.size);
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
  const found = {
    synapses: learning.edges.count,
    rate: exc.spikes / exc.size / (duration / 1000),
    before: { strength: mean(before.strength), ...computeDirectionCosines(before.angle, barrels) },
    after: { strength: mean(after.strength), ...computeDirectionCosines(after.angle, barrels) },
  };
  const describe = ({ strength, near, far }: { strength: number; near: number; far: number }) =>
    `preference ${strength.toFixed(3)}, cosine of neighbours ${near.toFixed(3)}, of neurons 15 apart ${far.toFixed(3)}`;
  console.log(`${found.rate.toFixed(1)} Hz; before: ${describe(found.before)}; after: ${describe(found.after)}`);
  return found;
}

runIfMain(import.meta.url, () => main());
