import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { parse } from 'yaml';
import { columnToBytes, encodeNpyHeader } from '../../../logs/npy.ts';
import { resolvePackagePath } from '../../../shipped.ts';
import { type InputEvent, type NirChain, solveChain } from './exactSolution.ts';

const FOLDER = 'experiments/network/nir/reference';
const readText = (file: string): string => readFileSync(resolvePackagePath(`${FOLDER}/${file}`), 'utf8');

type Stimulus = readonly (Omit<InputEvent, 'time'> & { readonly times: readonly number[]; readonly width?: number })[];
const { duration, conventions, primitives, stimuli } = parse(readText('stimuli.yaml')) as {
  readonly duration: number;
  readonly conventions: object;
  readonly primitives: Readonly<Record<string, NirChain>>;
  readonly stimuli: Readonly<Record<string, Stimulus>>;
};
/** Times at which potentials are stored, s. */
const TIMES = Array.from({ length: Math.round(duration * 1000) + 1 }, (_, k) => k / 1000);

/** Exact responses of one NIR primitive to the stimuli, s. */
function solveStimuli(chain: NirChain) {
  const [type, fields] = chain.at(-1)!;
  const silent: NirChain = [...chain.slice(0, -1), [type, { ...fields, threshold: Infinity }]];
  const respond = (...events: InputEvent[]) => solveChain(silent, events, TIMES).potentials;
  const rest = respond();
  const distance = (fields.threshold ?? fields.v_threshold ?? 1) - rest.at(-1)!;
  /** Factor on an event after which the potential just reaches the threshold from rest (the response is linear). */
  const findFactor = (event: InputEvent) => {
    const changes = respond(event).map((v, k) => v - rest[k]!);
    return distance / changes.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  };
  const level = findFactor({ time: 0, level: 1 });
  const factors = { level, slope: level, area: findFactor({ time: 0, area: 1 }) };
  const createEvents = ({ times, width, ...change }: Stimulus[number]): InputEvent[] =>
    times.flatMap((time) => {
      const scaled = Object.entries(change).map(([key, x]) => [key, x * factors[key as keyof typeof factors]]);
      return [
        { time, ...Object.fromEntries(scaled) },
        ...(width === undefined ? [] : [{ time: time + width, level: 0 }]),
      ];
    });
  return Object.entries(stimuli).map(([stimulus, changes]) => {
    const events = changes.flatMap(createEvents).sort((a, b) => a.time - b.time);
    return { stimulus, events, ...solveChain(chain, events, TIMES) };
  });
}

function encodeNpz(arrays: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const encode = (values: readonly number[]) =>
    Buffer.concat([encodeNpyHeader("'<f8'", [values.length]), columnToBytes(Float64Array.from(values))]);
  const files = Object.entries(arrays).map(([name, values]) => [`${name}.npy`, encode(values)]);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: '2000-01-01' });
}

/** Files of the exact reference: `PRIMITIVE/NN.npz` with the response, `.json` with stimulus and conventions, and `compare.py`. */
export function* createReferenceFiles(): Generator<readonly [name: string, content: Uint8Array | string]> {
  for (const [primitive, nodes] of Object.entries(primitives))
    for (const [k, { spikes, potentials, ...input }] of solveStimuli(nodes).entries()) {
      const name = `${primitive}/${String(k + 1).padStart(2, '0')}`;
      const facts = { primitive, nodes, duration, conventions, ...input };
      yield [`${name}.npz`, encodeNpz({ spike: spikes, time: TIMES, potential: potentials })];
      yield [`${name}.json`, `${JSON.stringify(facts, null, 2)}\n`];
    }
  yield ['compare.py', readText('compare.py')];
}
