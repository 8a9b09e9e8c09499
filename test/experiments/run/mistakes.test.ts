/** Each mistake in a network file is one sentence that names the file, the path and what is possible, and starts nothing. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { loadConfig } from '../../../experiments/network/config/load.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';
import { runNetwork } from '../../../experiments/run/run.ts';
import { inProcess } from '../cli/inProcess.ts';
import { EXAMPLE, memspike } from './cli.ts';

const test = suite('mistakes in a network file');
const directory = mkdtempSync(join(tmpdir(), 'memspike-mistakes-'));
test.after(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'net.yaml');
const out = join(directory, 'out');
writeFileSync(file, EXAMPLE);

async function fault(...set: string[]): Promise<string> {
  try {
    const description = loadConfig(networkSchema, { file, set }, 'network');
    const { signal } = new AbortController();
    await runNetwork({ description, source: file, out, resume: false, progress: 'none', signal });
  } catch (error) {
    assert.instance(error, UserError, String((error as Error).stack));
    return (error as Error).message;
  }
  return 'no fault';
}

const MISTAKES: readonly (readonly [assignment: string, sentence: RegExp])[] = [
  // Unknown names
  ['populations.output.tua=5', /populations\.output\.tua is unknown, did you mean "tau"\?/],
  ['populations.output.model=lfi', /populations\.output\.model is "lfi", .*did you mean "lif"\?/],
  ['projections.1.device.model=softBuond', /projections\.1\.device\.model .*did you mean "softBound"\?/],
  ['projections.1.rule.model=pairStpd', /projections\.1\.rule\.model .*did you mean "pairStdp"\?/],
  ['projections.1.shortTerm.model=tsodyks', /projections\.1\.shortTerm\.model is "tsodyks", .*"tsodyksMarkram"/],
  ['projections.1.rule.pairing=alltoall', /projections\.1\.rule\.pairing .*did you mean "allToAll"\?/],
  ['projections.0.to=outptu', /projections\.0\.to names population "outptu", did you mean "output"\?/],
  ['record.spikes=[inptu]', /record\.spikes\.0 names population "inptu", did you mean "input"\?/],
  ['populations.outptu.tau=1', /populations has no "outptu", did you mean "output"\?/],
  ['a.b=1', /--set a\.b: the configuration has no "a"; present keys/],
  // Wrong types and ranges
  ['memspike=2', /memspike is 2, but must be 1\./],
  ['seed=1.5', /seed is 1\.5, but must be an integer or a text/],
  ['duration=long', /duration is "long", but must be a number >= 0 \(ms\)/],
  ['duration=.nan', /duration is NaN/],
  ['duration=-1', /duration is -1/],
  ['duration=1e12', /duration is 1000000000000, but a time must be between 0 and 134217728 ms/],
  ['populations=3', /populations is 3, but must be a mapping/],
  ['populations.output.tau=-1', /populations\.output\.tau is -1, but must be a number > 0 \(ms\)/],
  ['populations.output.tau=.nan', /populations\.output\.tau is NaN/],
  ['populations.output.tau=.inf', /populations\.output\.tau is Infinity/],
  ['populations.output.size=0', /populations\.output\.size is 0, but must be an integer >= 1/],
  ['populations.output.size=2.5', /populations\.output\.size is 2\.5/],
  ['populations.output.size=1e12', /populations\.output\.size is 1000000000000/],
  ['populations.output.size=4e9', /populations\.output.* would need [\d.]+ GB of memory/],
  ['populations.noise.size=4e9', /populations\.noise.* would need [\d.]+ GB of memory/],
  ['populations.noise.rate=[1, 2]', /populations\.noise\.rate lists 2 rates, but the population has 100 neurons/],
  ['populations.noise.rate=1e9', /rates of populations\.noise\.rate sum to 100000000000 Hz/],
  ['populations.input.trains=[[-1]]', /populations\.input\.trains\[0\]\[0\] is -1/],
  ['populations.input.trains=[[1, 1], [2]]', /populations\.input\.trains\[0\] has two spikes at 1 ms/],
  ['populations.input.trains=[]', /populations\.input\.trains is \[\], but must be a list of at least 1/],
  ['populations.output.threshold=-50', /threshold is -50 mV, but potentials are relative to rest .*without input/],
  // What no float can hold
  [
    'projections.1.device.deviceToDevice=1e300',
    /projections\.1\.device\.deviceToDevice is 1e\+300, but must be .*<= 1000000/,
  ],
  ['projections.1.device.cycleToCycle=1e300', /projections\.1\.device\.cycleToCycle is 1e\+300/],
  [
    'projections.1.connect={ all: { weight: { lognormal: { mean: 1, sd: 1e200 } } } }',
    /projections\.noise->output\.connect\.all\.weight\.lognormal\.sd is 1e\+200, which is too large/,
  ],
  // Projections
  ['projections.0.receptor=excitatory', /receptor is "excitatory", but output has no receptors/],
  ['projections.0.connect.list=[[5, 0, 1]]', /connect\.list\[0\] names presynaptic neuron 5, but there are 2/],
  ['projections.0.connect.list=[[0, -1, 1]]', /connect\.list\[0\] names postsynaptic neuron -1, but there are 2/],
  ['projections.0.connect.list=[[0, 0, .nan]]', /connect\.list\.0\.2 is NaN/],
  ['projections.0.connect={ oneToOne: { weight: 1 } }', /no fault/],
  ['projections.1.connect={ oneToOne: { weight: 1 } }', /oneToOne needs equal sizes, .* 100 and 2 neurons/],
  ['projections.1.connect={ inDegree: { k: 101, weight: 1 } }', /inDegree\.k is 101, but there are only 100/],
  [
    'projections.1.connect={ probability: { p: 2, weight: 1 } }',
    /probability\.p is 2, but must be a number >= 0 and <= 1/,
  ],
  ['projections.1.connect={ all: { weight: { uniform: [1, 0] } } }', /uniform is \[1, 0\], .*in ascending order/],
  ['projections.1.connect={}', /connect is \{\}, but must be a mapping with exactly one of the keys/],
  ['projections.0.delay=-1', /projections\.0\.delay is -1/],
  ['projections.0.delay=1e12', /delay is 1000000000000, but a time must be/],
  ['projections.1.delay={ uniform: [0, 1], step: 1e-300 }', /spans .* steps of 1e-300 ms/],
  ['projections.1.delay={ uniform: [5, 1] }', /delay\.uniform is \[5, 1\], .*in ascending order/],
  [
    'projections.0={ from: output, to: output, connect: { all: { weight: 1 } } }',
    /output->output form a cycle without delay/,
  ],
  [
    'projections.0={ from: input, to: output, connect: { all: { weight: 1 } }, rule: { model: pairStdp } }',
    /no device/,
  ],
  ['projections.1.dendriticDelay=-1', /projections\.1\.dendriticDelay is -1, but must be a number >= 0 \(ms\)/],
  ['projections.1.dendriticDealy=1', /dendriticDealy is unknown, did you mean "dendriticDelay"\?/],
  ['projections.1.dendriticDelay=134217728', /noise->output\.delay with its dendriticDelay is 134217729, but a time/],
  // Rules and what modulates them
  ['projections.1.rule.pairing=presynapticCentered', /rule\.pairing .*did you mean "presynapticCentred"\?/],
  ['projections.1.rule={ model: tripletStpd }', /rule\.model is "tripletStpd", .*did you mean "tripletStdp"\?/],
  ['projections.1.rule={ model: stochasticBinary, pSet: 2 }', /rule\.pSet is 2, but must be a number >= 0 and <= 1/],
  [
    'projections.1.rule={ model: pulseOverlap, thresholdUp: 0.5 }',
    /pulseOverlap: .*thresholdUp .*pre is -0\.7 V at 2 ms/,
  ],
  [
    'projections.1.rule={ model: pulseOverlap, pre: [[1, 0.1], [0, 0]] }',
    /rule\.pre is .*with times in ascending order/,
  ],
  ['projections.1.modulator={ model: gate }', /projections\.1\.modulator\.from is missing/],
  ['projections.1.modulator={ model: gaet, from: input }', /modulator\.model is "gaet", .*did you mean "gate"\?/],
  [
    'projections.1.modulator={ model: gate, from: input, gian: 1 }',
    /modulator\.gian is unknown, did you mean "gain"\?/,
  ],
  [
    'projections.1.modulator={ model: gate, from: inptu }',
    /projections\.1\.modulator\.from names population "inptu", did you mean "input"\?/,
  ],
  [
    'projections.1.modulator={ model: eligibility, from: input, gain: [1] }',
    /noise->output\.modulator\.gain must list one value per modulating neuron, 2 in all \(got 1 values\)/,
  ],
  ['projections.1.modulator={ model: gate, from: input, delay: -1 }', /modulator\.delay is -1/],
  ['projections.1.modulator={ model: gate, from: output }', /noise->output\.modulator form a cycle without delay/],
  ['projections.1.modulator={ model: gate, from: output, delay: 1 }', /no fault/],
  [
    'projections.0.modulator={ model: gate, from: noise }',
    /projections\.input->output has a modulator, which needs a rule/,
  ],
  // Recorders
  [
    'populations.output.record.potential.neurons=[2]',
    /record\.potential\.neurons names 2, but neurons of output are 0 to 1/,
  ],
  ['populations.output.record.potential={ neurons: [0] }', /record\.potential .*either times or every/],
  ['populations.output.record.potential={ neurons: [0], every: 1e-9 }', /every is 1e-9, but must be at least \S+ ms/],
  ['projections.1.record.weights={ every: 0 }', /record\.weights\.every is 0, but must be a number > 0 \(ms\)/],
  [
    'projections.1.record.weights={ on: arrival }',
    /record\.weights\.on is "arrival", but must be one of "pre", "post"/,
  ],
  // Files that a replay needs
  ['populations.r={ model: replay, log: none.arrows, population: a }', /cannot read .*none\.arrows: no such file/],
  [`populations.r={ model: replay, log: ${file}, population: a }`, /net\.yaml is not an Arrow stream/],
];

for (const [assignment, sentence] of MISTAKES) {
  test(assignment, async () => {
    const message = await fault(assignment);
    assert.match(message, sentence);
    assert.not.match(message, /\n/);
    if (message !== 'no fault') {
      assert.ok(message.includes('net.yaml') || message.startsWith('--set'), message);
      assert.not.ok(existsSync(out), 'a run directory was made');
    }
    rmSync(out, { recursive: true, force: true });
  });
}

test('a million times a million synapses: refused with the memory they need', async () => {
  const message = await fault('populations.noise.size=1000000', 'populations.output.size=1000000');
  assert.match(message, /projections\.noise->output with 1000000000000 synapses would need [48]\.00e\+3 GB of memory/);
});

test('from the command line: one sentence, status 1 (2 for wrong usage), nothing on standard output', async () => {
  const run = async (...words: string[]) => {
    const { status, stdout, stderr } = await inProcess(directory, 'run', ...words);
    assert.is(stdout, '');
    return { status, stderr };
  };
  assert.equal(await run('net.yaml', '--out', 'x', '--set', 'duration=-1'), {
    status: 2,
    stderr: 'memspike: net.yaml with --set: duration is -1, but must be a number >= 0 (ms).\n',
  });
  assert.equal(await run('nte.yaml', '--out', 'x'), {
    status: 1,
    stderr: 'memspike: cannot read "nte.yaml": there is no such file, did you mean "net.yaml"?\n',
  });
  assert.equal(await run('net.yaml', '--out', 'net.yaml'), {
    status: 1,
    stderr: 'memspike: net.yaml is a file, not a directory; choose another --out.\n',
  });
  assert.is((await run('--out', 'x')).status, 2);
  assert.is((await run('net.yaml', '--out', 'x', '--checkpoint-every', '0')).status, 2);
  assert.is((await run('net.yaml', '--out', 'x', '--progress', 'bra')).status, 2);
  assert.equal(readdirSync(directory), ['net.yaml']);
});

const SEVERAL = `
memspike: 1
duration: 10
populations:
  input: { model: poisson, size: 3, rate: [1, 2] }
  a: { model: lif, size: 2, threshold: -50, record: { potential: { neurons: [0], every: 1 } } }
  b: { model: lif, size: 2, record: { potential: { neurons: [5], every: 1 } } }
projections:
  - { from: inptu, to: bb, connect: { all: { weight: 1 } } }
  - { from: a, to: b, connect: { all: { weight: 1 } } }
  - { from: b, to: b, connect: { oneToOne: { weight: 1 } }, sources: [1, 4], delay: 1 }
  - { from: b, to: b, connect: { inDegree: { k: 9, weight: 1 } }, delay: 1 }
`;

test('mistakes that are found while the network is built are told together, in at most 400 characters', () => {
  const several = (text: string) => {
    writeFileSync(join(directory, 'several.yaml'), text);
    const { status, stderr } = memspike(directory, 'run', 'several.yaml', '--out', 'several', '--progress', 'none');
    assert.is(status, 1);
    assert.is(stderr.split('\n').length, 2, stderr);
    return stderr;
  };
  const all = several(SEVERAL);
  for (const sentence of [
    /populations\.input\.rate lists 2 rates/,
    /populations\.a\.threshold is -50 mV/,
    /\(and 4 more problems\)\n$/,
  ])
    assert.match(all, sentence);
  assert.ok(all.length <= 400, all);
  assert.not.match(all, /names population "a"/); // which is there, if not as it should be
  const mended = SEVERAL.replace('[1, 2]', '1').replace('-50', '50').replace('inptu', 'input').replace('bb', 'b');
  const rest = several(mended);
  assert.match(rest, /sources is .*inDegree.*record\.potential\.neurons names 5, but neurons of b are 0 to 1\.\n$/);
  const recorders = mended
    .replace('sources: [1, 4], ', '')
    .replace('k: 9', 'k: 1')
    .concat('record: { spikes: [a, c, bb] }\n');
  assert.match(several(recorders), /record\.spikes\.1 .*record\.spikes\.2 .*record\.potential\.neurons names 5/);
});

test.run();
