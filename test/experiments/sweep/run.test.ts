// slow: runs sweeps in processes
/** `memspike sweep run`: what fails fails alone, what is done stays, and the tables tell all of it. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tableFromIPC } from 'apache-arrow';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { slowTest } from '../../support.ts';
import { inProcess } from '../cli/inProcess.ts';
import { begun, place, planned, STUDY, statusOf, sweepOf } from './support.ts';

const test = suite('sweep run');
const p = place();
p.write('study.mjs', STUDY);
test.after(() => p.remove());

/** The pictures of a page. */
const svgsOf = (page: string): string[] =>
  [...page.matchAll(/src="data:image\/svg\+xml;base64,([^"]+)"/g)].map(([, data]) =>
    Buffer.from(data!, 'base64').toString('utf8'),
  );

async function plan(name: string, parameters: string, more = ''): Promise<void> {
  p.write(`${name}.yaml`, sweepOf(parameters, more));
  const { status, stderr } = await p.call('sweep', 'plan', `${name}.yaml`, '--out', name, '--no-timed');
  assert.is(status, 0, stderr);
}

slowTest(
  test,
  'a point that crashes, runs out of memory, hangs or throws fails alone and is named; retry computes it again',
  async () => {
    await plan('bad', '  mode: { path: mode, list: [fine, crash, exit, throw, kill, memory, endless, fine] }');
    const limited = { ...process.env };
    process.env.NODE_OPTIONS = '--max-old-space-size=64';
    const { status, stdout, stderr } = await p.call(
      'sweep',
      'run',
      'bad',
      '--workers',
      '2',
      '--timeout',
      '20',
      '--progress',
      'none',
    );
    process.env.NODE_OPTIONS = limited.NODE_OPTIONS ?? '';
    assert.is(status, 1);
    assert.is(stdout, '2 runs done in bad.\n');
    assert.match(
      stderr,
      /^memspike: 6 runs failed, the first of them number 1: was ended by SIGABRT; see memspike sweep status bad, /,
    );
    const { notDone, ...counts } = await statusOf(p, 'bad');
    assert.equal([counts.done, counts.failed, counts.missing, counts.running], [2, 6, 0, 0]);
    const reasons = notDone.map(({ index, reason }) => [index, reason] as const);
    const expected = [
      /^was ended by SIGABRT$/,
      /^its process ended with exit status 3: mode exit$/,
      /^it broke$/,
      /^was killed \(SIGKILL\), as the system does when memory runs out$/,
      /^ran out of memory \(NODE_OPTIONS=--max-old-space-size=MB/,
      /^ran longer than 20 s$/,
    ];
    expected.forEach((sentence, i) => {
      assert.is(reasons[i]![0], i + 1);
      assert.match(reasons[i]![1], sentence);
    });
    assert.match(readFileSync(p.at('bad/points/000003.log'), 'utf8'), /^mode throw\nError: it broke\n {4}at run /);
    assert.is(readFileSync(p.at('bad/points/000000.log'), 'utf8'), 'mode fine\n');
    // What failed is not tried again by itself.
    assert.match((await p.call('sweep', 'run', 'bad')).stderr, /6 runs failed/);
    assert.equal(begun(p, 'bad').slice(0, 4), [1, 1, 1, 1]);
    process.env.STUDY_IS_MENDED = 'yes';
    const again = await p.call('sweep', 'retry', 'bad', '--workers', '2');
    delete process.env.STUDY_IS_MENDED;
    assert.is(again.status, 0, again.stderr);
    assert.is(again.stdout, '6 runs done in bad.\nNext step: memspike sweep plot bad\n');
    assert.is((await statusOf(p, 'bad')).done, 8);
    assert.is(begun(p, 'bad')[0], 1);
    assert.is((await p.call('sweep', 'retry', 'bad')).stdout, 'No run of bad has failed.\n');
  },
);

test('a rerun does only what is missing', async () => {
  await plan('rerun', '  x: { path: x, grid: [1, 2, 3] }');
  assert.is((await p.call('sweep', 'run', 'rerun')).status, 0);
  const { resultsSha256 } = await statusOf(p, 'rerun');
  rmSync(p.at('rerun/points/000001'), { recursive: true });
  assert.equal((await statusOf(p, 'rerun')).notDone, [
    { index: 1, state: 'missing', reason: 'started, nothing saved' },
  ]);
  assert.is((await p.call('sweep', 'run', 'rerun')).status, 0);
  assert.equal(begun(p, 'rerun'), [1, 1, 1]);
  assert.is((await statusOf(p, 'rerun')).resultsSha256, resultsSha256);
});

test('a point of another plan under the same number is refused', async () => {
  await plan('swapped', '  x: { path: x, grid: [1, 2] }');
  assert.is((await p.call('sweep', 'run', 'swapped')).status, 0);
  const file = p.at('swapped/points/000001/run.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"configSha256": "../, '"configSha256": "zz'));
  const { status, stderr } = await p.call('sweep', 'collect', 'swapped');
  assert.is(status, 1);
  assert.match(stderr, /swapped\/points\/000001 holds a run of another configuration than the plan/);
});

test('--index and --shard compute their part, in any order, to the same results', async () => {
  await plan('whole', '  x: { path: x, grid: [1, 2, 3, 4, 5] }', 'replicates: 2');
  assert.is((await p.call('sweep', 'run', 'whole')).status, 0);
  await plan('parts', '  x: { path: x, grid: [1, 2, 3, 4, 5] }', 'replicates: 2');
  assert.is((await p.call('sweep', 'run', 'parts', '--index', '7')).status, 0);
  assert.is((await p.call('sweep', 'run', 'parts', '--shard', '2/3')).status, 0);
  assert.is((await statusOf(p, 'parts')).done, 4);
  for (const shard of ['1/3', '0/3']) assert.is((await p.call('sweep', 'run', 'parts', '--shard', shard)).status, 0);
  assert.is((await statusOf(p, 'parts')).resultsSha256, (await statusOf(p, 'whole')).resultsSha256);
  assert.equal(begun(p, 'parts'), Array(10).fill(1));
  const none = await p.call('sweep', 'run', 'parts', '--index', '10');
  assert.equal([none.status, none.stderr], [1, 'memspike: parts has no run 10.\n']);
  for (const shard of ['3/3', '1', '-1/3', 'a/b'])
    assert.is((await p.call('sweep', 'run', 'parts', `--shard=${shard}`)).status, 2);
});

test('tables: a row a run and a row a point, with units, means and intervals', async () => {
  await plan(
    'tables',
    '  x: { path: x, unit: V, grid: [1, 2] }\n  how: { path: mode, list: [fine, "a, b"] }',
    'replicates: 3',
  );
  assert.is((await p.call('sweep', 'run', 'tables', '--workers', '2')).status, 0);
  const { status, stdout, stderr } = await p.call('sweep', 'collect', 'tables');
  assert.is(status, 0, stderr);
  assert.match(
    stdout,
    /^12 runs in results\.arrow and results\.csv, 4 points in summary\.arrow and summary\.csv, in tables\.\nNext step: memspike sweep plot tables\n$/,
  );
  const csv = readFileSync(p.at('tables/results.csv'), 'utf8').trimEnd().split('\n');
  assert.is(csv[0], 'point,replicate,seed,x,how,value,other');
  const runs = planned(p, 'tables');
  const value = (i: number) => runs[i].config.x ** 2 + (runs[i].seed % 1000);
  assert.is(csv[4], `1,0,${runs[3].seed},1,"a, b",${value(3)},-1`);
  assert.is(csv.length, 13);
  const results = tableFromIPC(readFileSync(p.at('tables/results.arrow')));
  assert.is(results.numRows, 12);
  assert.equal(
    results.schema.fields.map(({ name }) => name),
    csv[0]!.split(','),
  );
  assert.is(results.schema.fields[3]!.metadata.get('unit'), 'V');
  assert.is(results.get(3)!.how, 'a, b');
  assert.is(results.schema.metadata.get('resultsSha256'), (await statusOf(p, 'tables')).resultsSha256);
  const summary = tableFromIPC(readFileSync(p.at('tables/summary.arrow')));
  const first = summary.get(0)!.toJSON();
  const values = [0, 1, 2].map(value);
  const mean = (values[0]! + values[1]! + values[2]!) / 3;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 2);
  const half = (4.302652729911275 * sd) / Math.sqrt(3); // the quantile 0.975 of t with two degrees of freedom
  assert.ok(Math.abs(Number(first.value) - mean) < 1e-9);
  assert.ok(Math.abs(Number(first['value.low']) - (mean - half)) < 1e-6 * half, `${first['value.low']} ${mean - half}`);
  assert.ok(Math.abs(Number(first['value.high']) - (mean + half)) < 1e-6 * half);
  assert.is(first.runs, 3);
  const paired = summary.get(2)!.toJSON(); // x is 2: 3 more with each of the seeds
  for (const end of ['', '.low', '.high']) assert.is(paired[`value.difference${end}`], 3);
  assert.is(first['value.difference'], 0);
});

test('a mean leaves out what is not finite, and null is no number', async () => {
  p.write('null.mjs', 'export const run = async ({ x, seed }) => ({ value: (seed + x) % 2 ? null : x });');
  const sweep = sweepOf('  x: { path: x, grid: [4, 5] }', 'replicates: 6').replace('study.mjs', 'null.mjs');
  p.write('null.yaml', sweep.replace('[value, other]', '[value]'));
  assert.is((await p.call('sweep', 'plan', 'null.yaml', '--out', 'null', '--no-timed')).status, 0);
  assert.is((await p.call('sweep', 'run', 'null')).status, 0);
  const { status, stderr } = await p.call('sweep', 'collect', 'null');
  assert.equal([status, stderr], [0, '']);
  const even = planned(p, 'null').map(({ seed, parameters: { x } }) => (seed + x) % 2 === 0);
  assert.ok(even.includes(true) && even.includes(false));
  const rows = readFileSync(p.at('null/results.csv'), 'utf8').trimEnd().split('\n').slice(1);
  assert.equal(
    rows.map((row) => row.split(',')[4]),
    even.map((is, i) => (is ? (i < 6 ? '4' : '5') : '')),
  );
  const [, four, five] = readFileSync(p.at('null/summary.csv'), 'utf8').split('\n');
  assert.equal([four!.split(',')[3], five!.split(',')[3]], ['4', '5']);
});

test('a metric that some runs lack is named, and one that none has loses only its own column', async () => {
  await plan('less', '  mode: { path: mode, list: [fine, less, less] }');
  assert.is((await p.call('sweep', 'run', 'less')).status, 0);
  const { status, stderr } = await p.call('sweep', 'collect', 'less');
  assert.is(status, 1);
  assert.is(stderr, 'memspike: less: the metric "other" is missing from 2 of 3 runs (1, 2).\n');
  assert.match(readFileSync(p.at('less/results.csv'), 'utf8'), /,less,[\d.]+,\n/);
  await plan('none', '  x: { path: x, grid: [1, 2] }', 'replicates: 2');
  const valve = (text: string) => text.replace('metrics: [value, other]', 'metrics: [valve, other]');
  p.write('valve.yaml', valve(readFileSync(p.at('none.yaml'), 'utf8')));
  const missing = 'memspike: valve: no run.json has the metric "valve", did you mean "value"?\n';
  const untimed = await p.call('sweep', 'plan', 'valve.yaml', '--out', 'valve', '--no-timed');
  assert.is(untimed.status, 0);
  assert.match(untimed.stderr, /^Warning: The metrics are not checked, because --no-timed computes no run\. .*\n$/);
  const timed = await p.call('sweep', 'plan', 'valve.yaml', '--out', 'valve', '--progress', 'none');
  assert.equal([timed.status, timed.stderr], [1, missing]);
  assert.is((await p.call('sweep', 'run', 'valve')).status, 0);
  const collected = await p.call('sweep', 'collect', 'valve');
  assert.equal([collected.status, collected.stderr], [1, missing]);
  assert.match(readFileSync(p.at('valve/results.csv'), 'utf8'), /^point,.*,valve,other\n0,0,\d+,1,,-1\n/);
  const plotted = await p.call('sweep', 'plot', 'valve');
  assert.equal([plotted.status, plotted.stderr], [1, missing]);
  assert.match(plotted.stdout, /Wrote \S*response-other-x\.svg.*\n.*\nThe points with the highest other:/s);
  const search = await p.call('sweep', 'run', 'valve', '--search', 'halving');
  assert.equal([search.status, search.stderr], [1, missing.replace('valve: ', '')]);
});

test('collect and plot take any number of run.json in place of the metrics', async () => {
  const metrics = ['--metric', 'value', '--metric', 'nothing'];
  const { status, stderr } = await p.call('sweep', 'collect', 'valve', ...metrics);
  assert.equal([status, stderr], [0, '']);
  assert.match(
    readFileSync(p.at('valve/results.csv'), 'utf8'),
    /^point,replicate,seed,x,value,nothing\n0,0,\d+,1,\d+,\n/,
  );
  assert.is((await p.call('sweep', 'plot', 'valve', '--metric', 'value')).status, 0);
  assert.ok(existsSync(p.at('valve/plots/response-value-x.svg')));
  const wrong = await p.call('sweep', 'collect', 'valve', '--metric', 'configSha256', '--metric', 'value');
  assert.is(wrong.status, 1);
  assert.match(
    wrong.stderr,
    /^memspike: valve: the metric "configSha256" is not a number in 4 of 4 runs \(0, 1, 2, 3\), but "/,
  );
  const twin = await p.call('sweep', 'collect', 'valve', '--metric', 'x');
  assert.match(twin.stderr, /^memspike: valve, --metric: parameters\.x has the name of another column of the results/);
  // The same plan with another metric keeps the runs.
  const again = await p.call('sweep', 'plan', 'none.yaml', '--out', 'valve');
  assert.equal([again.status, again.stderr], [0, '']);
  assert.equal(begun(p, 'valve'), [1, 1, 1, 1]);
  assert.is((await p.call('sweep', 'collect', 'valve')).status, 0);
});

test('replicates beyond the largest number of runs are refused before anything is made', async () => {
  p.write('many.yaml', sweepOf('  x: { path: x, grid: [1] }', 'replicates: 10000000000'));
  const many = await p.call('sweep', 'plan', 'many.yaml', '--out', 'many');
  assert.equal(
    [many.status, many.stderr],
    [1, 'memspike: many.yaml: replicates is 10000000000, but must be an integer >= 1 and <= 1000000.\n'],
  );
});

slowTest(test, 'pictures and the best points', async () => {
  const { status, stdout, stderr } = await p.call('sweep', 'plot', 'tables', '--best', 'other', '--lowest');
  assert.is(status, 0, stderr);
  for (const name of ['response-value-x', 'response-value-how', 'heat-map-value-x-how'])
    for (const ending of ['svg', 'png']) assert.ok(existsSync(p.at(`tables/plots/${name}.${ending}`)), name);
  assert.match(
    stdout,
    /The points with the lowest other:\n\npoint {2}x \(V\) {2}how +value +other +other: difference from the best\n[23] +2 .* –\n[23] +2 .* {2}0 \(95 % interval 0 to 0\), not significantly different\n/,
  );
  const wrong = await p.call('sweep', 'plot', 'tables', '--best', 'othr');
  assert.equal(
    [wrong.status, wrong.stderr],
    [1, 'memspike: othr is not a metric of the sweep, did you mean "other"?\n'],
  );
});

slowTest(test, 'a page on a sweep, and on one that is not done', async () => {
  const { status, stderr } = await p.call('report', 'tables');
  assert.is(status, 0, stderr);
  const page = readFileSync(p.at('tables/report.html'), 'utf8');
  for (const title of ['value against x', 'value by how', 'value over x and how'])
    assert.ok(
      svgsOf(page).some((svg) => svg.includes(title)),
      title,
    );
  assert.match(page, /<th scope="row">runs done<\/th><td>12<\/td>/);
  assert.match(page, /other: difference from the best/);
  await plan('half', '  x: { path: x, grid: [1, 2] }');
  assert.is((await p.call('sweep', 'run', 'half', '--index', '1')).status, 0);
  const half = await p.call('report', 'half');
  assert.equal([half.status, half.stderr], [0, '']);
  const halfPage = readFileSync(p.at('half/report.html'), 'utf8');
  assert.match(halfPage, /<th scope="row">runs missing<\/th><td>1<\/td>/);
  assert.ok(svgsOf(halfPage).some((svg) => svg.includes('1 point not computed')));
});

test('a line has a gap where a point is not computed', async () => {
  await plan('gap', '  x: { path: x, grid: [1, 2, 3, 4] }');
  for (const index of ['0', '1', '3']) assert.is((await p.call('sweep', 'run', 'gap', '--index', index)).status, 0);
  assert.is((await p.call('sweep', 'plot', 'gap')).status, 0);
  const svg = readFileSync(p.at('gap/plots/response-value-x.svg'), 'utf8');
  const [, line] = /aria-label="line"[^>]*>\s*<path[^>]* d="([^"]+)"/.exec(svg)!;
  assert.equal(line!.replace(/[^A-Z]/g, ''), 'MLMZ', 'from 1 to 2, and 4 alone');
});

test('the band around an accuracy is drawn up to what an accuracy can be', async () => {
  p.write('swing.mjs', 'export const run = async ({ x, seed }) => ({ accuracy: { test: (x * seed) % 101 } });');
  const sweep = sweepOf('  x: { path: x, grid: [1, 2] }', 'replicates: 3').replace('study.mjs', 'swing.mjs');
  p.write('swing.yaml', sweep.replace('[value, other]', '[accuracy.test]'));
  assert.is((await p.call('sweep', 'plan', 'swing.yaml', '--out', 'swing', '--no-timed')).status, 0);
  assert.is((await p.call('sweep', 'run', 'swing')).status, 0);
  assert.is((await p.call('sweep', 'collect', 'swing')).status, 0);
  const [names, first] = readFileSync(p.at('swing/summary.csv'), 'utf8').split('\n');
  const high = Number(first!.split(',')[names!.split(',').indexOf('accuracy.test.high')]);
  assert.ok(high > 110, `tables tell the interval as it is: ${high}`);
  assert.is((await p.call('sweep', 'plot', 'swing')).status, 0);
  const svg = readFileSync(p.at('swing/plots/response-accuracy-test-x.svg'), 'utf8');
  const [ticks] = /aria-label="y-axis tick label"[\s\S]*?<\/g>/.exec(svg)!;
  const told = [...ticks.matchAll(/>([−\d]+)</g)].map(([, number]) => Number(number!.replace('−', '-')));
  assert.equal([Math.min(...told), Math.max(...told)], [0, 100]);
});

slowTest(test, 'run and characterise', async () => {
  p.write(
    'net.yaml',
    'memspike: 1\nduration: 100\npopulations: { noise: { model: poisson, size: 20, rate: 20 } }\nrecord: { spikes: [noise] }\n',
  );
  p.write(
    'net-sweep.yaml',
    'memspike: 1\nexperiment: run\nnetwork: net.yaml\nparameters: { rate: { path: populations.noise.rate, grid: [10, 40] } }\nmetrics: [events.spikes, populations.noise.rate]\n',
  );
  assert.is((await p.call('sweep', 'plan', 'net-sweep.yaml', '--out', 'net')).status, 0);
  rmSync(p.at('net.yaml')); // the plan holds all of it
  assert.is((await p.call('sweep', 'run', 'net')).status, 0);
  assert.is((await p.call('sweep', 'collect', 'net')).status, 0);
  const rows = readFileSync(p.at('net/results.csv'), 'utf8').trimEnd().split('\n');
  assert.ok(Number(rows[2]!.split(',')[4]) > 2 * Number(rows[1]!.split(',')[4]), rows.join('\n'));
  const units = tableFromIPC(readFileSync(p.at('net/results.arrow'))).schema.fields.map((f) => f.metadata.get('unit'));
  assert.equal(units.slice(3), ['Hz', undefined, 'Hz']);
  p.write(
    'device.yaml',
    'memspike: 1\nexperiment: characterise\nbase: { device: ag-hfox-pt, devices: 2, pulses: 10 }\nparameters: { c: { path: device.cycleToCycle, grid: [0, 0.1] } }\nmetrics: [parts.pulses.rows]\n',
  );
  const { status, stderr } = await p.call('sweep', 'plan', 'device.yaml', '--out', 'device');
  assert.is(status, 0, stderr);
  assert.is((await p.call('sweep', 'run', 'device')).status, 0);
  assert.is((await statusOf(p, 'device')).done, 2);
});

test('a device file is found beside the sweep file, wherever the sweep is computed', async () => {
  mkdirSync(p.at('beside'));
  const preset = new URL('../../../../experiments/devices/presets/ag-hfox-pt.yaml', import.meta.url);
  copyFileSync(preset, p.at('beside/mine.yaml'));
  p.write(
    'beside/sweep.yaml',
    'memspike: 1\nexperiment: characterise\nbase: { device: mine.yaml, devices: 2, pulses: 10 }\nparameters: { c: { path: device.cycleToCycle, grid: [0] } }\nmetrics: [parts.pulses.rows]\n',
  );
  assert.is((await p.call('sweep', 'plan', 'beside/sweep.yaml', '--out', 'found', '--no-timed')).status, 0);
  const { status, stdout, stderr } = await inProcess(p.at('beside'), 'sweep', 'run', '../found');
  assert.is(status, 0, stderr);
  assert.is(stdout, '1 run done in ../found.\nNext step: memspike sweep plot ../found\n');
});

test.run();
