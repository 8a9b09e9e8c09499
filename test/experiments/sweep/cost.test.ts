/**
 * What a sweep costs, in processor time, which other work of the machine does not change: per point, of a plan of 10,000
 * runs, and what a second worker adds.
 */
// slow: plans 10,000 runs; run.test.ts runs small sweeps in `npm test`
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { place, planned } from './support.ts';

const test = suite('cost of sweeps');
const p = place();
test.after(() => p.remove());

interface Spent {
  readonly argv: string;
  /** Processor time, s. */
  readonly cpu: number;
  readonly maxRssBytes: number;
}

/** Runs `memspike …` and tells what each of its processes has spent. */
function spent(...words: string[]): Spent[] {
  const file = p.at('spent');
  const hook = `import { appendFileSync } from 'node:fs'; process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const told = { argv: process.argv[1], cpu: (userCPUTime + systemCPUTime) / 1e6, maxRssBytes: 1024 * maxRSS };
    appendFileSync(${JSON.stringify(file)}, JSON.stringify(told) + '\\n');
  });`;
  const options = process.env.NODE_OPTIONS ?? '';
  rmSync(file, { force: true });
  process.env.NODE_OPTIONS = `${options} --import data:text/javascript,${encodeURIComponent(hook)}`;
  const { status, stderr } = p.run(...words);
  process.env.NODE_OPTIONS = options;
  assert.is(status, 0, stderr);
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Spent);
}

const sum = (all: readonly Spent[]) => all.reduce((total, { cpu }) => total + cpu, 0);

/** A study of `loops` rounds of arithmetic a point. */
async function plan(name: string, points: number, loops: number): Promise<void> {
  p.write(
    'study.mjs',
    'export const run = ({ x, loops }) => { let v = x; for (let i = 0; i < loops; i++) v = Math.sin(v + i); return { value: v }; };\n',
  );
  p.write(
    `${name}.yaml`,
    `memspike: 1\nexperiment: ./study.mjs\nbase: { x: 0, loops: ${loops} }\nparameters: { x: { path: x, grid: { from: 0, to: 1, steps: ${points} } } }\nmetrics: [value]\n`,
  );
  const { status, stderr } = await p.call('sweep', 'plan', `${name}.yaml`, '--out', name, '--no-timed');
  assert.is(status, 0, stderr);
}

test('a point costs less than 150 ms besides the start of its worker', async () => {
  await plan('two', 2, 0);
  await plan('many', 52, 0);
  const [two, many] = ['two', 'many'].map((name) => sum(spent('sweep', 'run', name, '--workers', '1')));
  const each = (many! - two!) / 50;
  console.log(`${(1000 * each).toFixed(1)} ms a point`);
  assert.ok(each < 0.15, `${each} s`);
});

test('10,000 runs are listed, gone on with and collected in less than 5 s and 500 MB each', async () => {
  const mnist =
    'memspike: 1\nexperiment: mnist\nbase: { neurons: 10, epochs: 1, train: 20, label: 20, test: 20 }\nparameters:\n' +
    '  spread: { path: device.deviceToDevice, grid: { from: 0, to: 1, steps: 40 } }\n' +
    '  up: { path: device.alphaUp, logUniform: [0.001, 0.1], count: 50 }\n' +
    'replicates: 5\nmetrics: [accuracy.logProbability, energy.write]\n';
  p.write('large.yaml', mnist);
  const { status, stderr } = await p.call('sweep', 'plan', 'large.yaml', '--out', 'large', '--progress', 'none');
  assert.is(status, 0, stderr);
  // The first run was timed; those of the others get its summary, which is as long as theirs would be.
  const points = p.at('large/points');
  const first = readFileSync(`${points}/000000/run.json`, 'utf8');
  const runs = planned(p, 'large');
  assert.is(runs.length, 10_000);
  for (const { index, hash } of runs.slice(1)) {
    const run = `${points}/${String(index).padStart(6, '0')}`;
    mkdirSync(run);
    writeFileSync(`${run}/run.json`, first.replace(runs[0].hash, hash));
    appendFileSync(`${run}.log`, '');
  }
  rmSync(p.at('large/points/000000'), { recursive: true }); // something to go on with
  for (const words of [['status'], ['run', '--workers', '1', '--progress', 'none'], ['collect']]) {
    const all = spent('sweep', words[0]!, 'large', ...words.slice(1));
    const own = all.filter(({ argv }) => argv.endsWith('cli.js'));
    const [cpu, rss] = [sum(own), Math.max(...all.map(({ maxRssBytes }) => maxRssBytes))];
    console.log(`${words[0]}: ${cpu.toFixed(2)} s, ${Math.round(rss / 2 ** 20)} MB`);
    assert.ok(cpu < 5, `${words[0]} took ${cpu} s`);
    assert.ok(rss < 500 * 2 ** 20, `${words[0]} took ${rss} bytes`);
  }
  assert.is(readFileSync(p.at('large/results.csv'), 'utf8').trimEnd().split('\n').length, 10_001);
});

test('two workers cost hardly more than one, and each does half: 1.8 times as fast on two free cores', async () => {
  const [points, loops] = [36, 4e6];
  // Which worker takes how many points depends on what else the machine does; the best of a few is that of free cores.
  const speedups: number[] = [];
  for (let i = 0; i < 6 && !speedups.some((s) => s >= 1.8); i++) {
    for (const workers of [1, 2]) await plan(`by${workers}-${i}`, points, loops);
    const [one, two] = [1, 2].map((workers) =>
      spent('sweep', 'run', `by${workers}-${i}`, '--workers', String(workers)),
    );
    const parent = two!.filter(({ argv }) => argv.endsWith('cli.js'));
    const slowest = Math.max(...two!.filter((own) => !parent.includes(own)).map(({ cpu }) => cpu));
    speedups.push((sum(one!) - sum(parent)) / slowest);
  }
  console.log(`speed-ups ${speedups.map((s) => s.toFixed(2)).join(', ')}`);
  assert.ok(Math.max(...speedups) >= 1.8, String(speedups));
});

test.run();
