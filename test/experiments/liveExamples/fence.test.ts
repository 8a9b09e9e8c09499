/** Wrong fences of live examples: one sentence with page and line. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseLiveFence } from '../../../experiments/liveExamples/fence.ts';
import { findLiveExamples } from '../../../experiments/liveExamples/pages.ts';
import { describeSliders } from '../../../experiments/liveExamples/parameters.ts';

const NETWORK = 'memspike: 1\nduration: 10\npopulations:\n  cells: { model: lif, size: 2, tau: 20, current: 500 }\n';
const DEVICE = 'memspike: 1\ndevice: { model: softBound }\n';
const WHERE = 'docs/guide/neurons.md:12';

const describe = (attributes: string, source = NETWORK, language = 'yaml') =>
  describeSliders(parseLiveFence(`${language} live id=a ${attributes}`, source, WHERE));

test('the label of a slider is the description of the parameter; unit, default and kind come from the schema', () => {
  const [tau, size, gain] = describe(
    'picture=raster slider="populations.cells.tau 5 50 ms" slider="populations.cells.size 1 9" slider="populations.cells.refractory 0 5 ms"',
  );
  assert.match(tau!.description, /^membrane time constant/);
  assert.equal([tau!.initialValue, tau!.unit, tau!.isInteger], [20, 'ms', false]);
  assert.is(size!.isInteger, true);
  assert.is(gain!.initialValue, 2); // the default of the model
  const [device] = describe('picture=pulses slider="device.etaUp 0.01 0.1"', DEVICE);
  assert.match(device!.description, /upward step/);
  const source = `/** @param ohm resistance of a segment, Ω */\nexport default ({ ohm = 5 }) => ohm;\n`;
  const [ohm] = describe('picture=curve slider="ohm 0 9 Ω"', source, 'ts');
  assert.equal([ohm!.description, ohm!.initialValue, ohm!.unit], ['resistance of a segment', 5, 'Ω']);
});

const WRONG: Readonly<Record<string, readonly [act: () => unknown, message: RegExp]>> = {
  'unknown parameter': [
    () => describe('picture=raster slider="populations.cells.taw 5 50 ms"'),
    /"populations\.cells\.taw" is not a parameter .*did you mean "tau"\?/,
  ],
  'parameter of another model': [
    () => describe('picture=raster slider="populations.cells.slope 5 50 mV"'),
    /"slope" is unknown/,
  ],
  'slider beyond the range of the schema': [
    () => describe('picture=raster slider="populations.cells.tau -5 50 ms"'),
    /populations\.cells\.tau is -5, but must be/,
  ],
  'default outside the slider': [
    () => describe('picture=raster slider="populations.cells.tau 30 50 ms"'),
    /tau is 20 in the file, but its slider goes from 30 to 50/,
  ],
  'wrong unit': [
    () => describe('picture=raster slider="populations.cells.tau 5 50 s"'),
    /unit .* is "s", but must be "ms"/,
  ],
  'not a number': [() => describe('picture=raster slider="populations.cells.model 5 50"'), /is not a number/],
  'not a range': [
    () => describe('picture=raster slider="populations.cells.tau 50 5 ms"'),
    /slider\.0 is .* but must be a path/,
  ],
  'unknown picture': [() => describe('picture=rastr'), /picture is "rastr".*did you mean "raster"\?/],
  'unknown attribute': [() => describe('picture=raster slidr=x'), /slidr is unknown.*did you mean "slider"\?/],
  'attribute without value': [() => describe('picture=raster slow'), /"slow" is not of the form name=value/],
  'wrong language': [() => describe('picture=curve'), /in the language yaml, but the picture curve needs ts/],
  'sweep without parameter': [() => describe('picture=sweep of=cells'), /needs `vary`/],
  'parameter of a program without a description': [
    () => describe('picture=curve slider="x 0 9"', 'export default ({ x = 1 }) => x;\n', 'ts'),
    /"x" is not a parameter with @param/,
  ],
};
for (const [name, [act, message]] of Object.entries(WRONG))
  test(`${name}: one sentence with page and line`, () => {
    assert.throws(act, (error: Error) => {
      assert.ok(error.message.startsWith(`${WHERE}: `), error.message);
      assert.match(error.message, message);
      return true;
    });
  });

test('the fences of a page are found with their lines', () => {
  const page = `# Page\n\n\`\`\`yaml\na: 1\n\`\`\`\n\n\`\`\`yaml live id=b picture=raster\n${NETWORK}\`\`\`\n`;
  assert.equal(
    findLiveExamples(page, 'docs/page.md').map(({ id, where, source }) => [id, where, source]),
    [['b', 'docs/page.md:7', NETWORK]],
  );
});

test.run();
