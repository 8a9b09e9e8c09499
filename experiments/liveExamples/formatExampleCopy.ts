/** Live example as text to run elsewhere: file, command, TypeScript and Python. */
import { parseDocument } from 'yaml';
import { isMapping, type Mapping } from '../network/config/override.ts';
import type { ModelChoice } from '../network/models.ts';
import { readExampleFile } from './exampleFile.ts';
import { type LiveExample, PULSE_COUNT, type SliderValues, SWEEP_POINTS } from './fence.ts';

/** Content of the fenced file with the values of its sliders; comments are kept. */
export function formatExampleSource({ kind, source }: LiveExample, values: SliderValues): string {
  const entries = Object.entries(values);
  if (kind === 'module')
    return entries.reduce(
      (text, [name, value]) => text.replace(new RegExp(`\\b${name} = [-+\\d.e]+`), `${name} = ${value}`),
      source,
    );
  if (entries.length === 0) return source;
  const document = parseDocument(source);
  for (const [path, value] of entries) document.setIn(path.split('.'), value);
  return document.toString({ lineWidth: 0 });
}

const formatHereDocument = (file: string, text: string): string => `cat > ${file} <<'END'\n${text}END\n`;

/** Plan of `memspike sweep` for the picture of a sweep. */
function formatSweepPlan({ vary, of, id }: LiveExample): string {
  const { path, low, high } = vary!;
  return [
    'memspike: 1',
    'experiment: run',
    `network: ${id}.yaml`,
    `parameters: { x: { path: ${path}, grid: { from: ${low}, to: ${high}, steps: ${SWEEP_POINTS} } } }`,
    `metrics: [populations.${of}.rate]`,
    '',
  ].join('\n');
}

function formatCommand(example: LiveExample, values: SliderValues): string {
  const { id, picture, kind, devices } = example;
  const out = `runs/${id}`;
  const file = `${id}.yaml`;
  const write = formatHereDocument(file, formatExampleSource(example, values));
  if (kind === 'device')
    return `${write}memspike device characterise ${file} --devices ${devices} --pulses ${PULSE_COUNT} --out ${out}\n`;
  if (kind === 'mnist') return `${write}memspike mnist --config ${file} --out ${out}\n`;
  if (picture !== 'sweep') return `${write}memspike run ${file} --out ${out}\n`;
  const plan = formatHereDocument(`${id}-plan.yaml`, formatSweepPlan(example));
  return `${write}${plan}memspike sweep plan ${id}-plan.yaml --out ${out}\nmemspike sweep run ${out}\n`;
}

/** Value as a TypeScript literal on one line. */
const formatLiteral = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/"([A-Za-z_$][\w$]*)":/g, '$1:')
    .replaceAll('"', "'");

const formatFactory = ({ model, ...params }: ModelChoice): string => `${model}(${formatLiteral(params)})`;

/** Program for a device: a pulse train or, with a learning rule or short-term dynamics, a synapse and one spike pair. */
function formatDeviceProgram(file: Mapping): string {
  const parts = (['device', 'shortTerm', 'rule'] as const).flatMap((kind) =>
    isMapping(file[kind]) ? [[kind, file[kind] as unknown as ModelChoice] as const] : [],
  );
  const models = parts.map(([, { model }]) => model);
  if (models.length === 1)
    return `import { ${models[0]}, PulseBench } from 'memspike';

const up = Array.from({ length: ${PULSE_COUNT} }, (_, i) => 100 * (i + 1)); // ms
const bench = new PulseBench({ device: ${formatFactory(parts[0]![1])}, seed: 1, up: [up] });
for (const time of up) {
  bench.runTo(time);
  console.log(time, bench.weights()[0], bench.conductances()[0]); // ms, weight, S
}
`;
  return `import { ${models.join(', ')}, Network, spikeTrains } from 'memspike';

const net = new Network({ seed: 1 });
const pre = net.population('pre', spikeTrains({ trains: [[100, 200]] })); // ms
const post = net.population('post', spikeTrains({ trains: [[110]] }));
const synapse = net.projection(pre, post, {
  connect: { all: { weight: 0.5 } },
${parts.map(([kind, choice]) => `  ${kind}: ${formatFactory(choice)},\n`).join('')}});
const rows = net.recordWeights(synapse, { on: 'pre' });
net.run(300);
console.log(rows.column('weight'), rows.column('efficacy'));
`;
}

function formatProgram(example: LiveExample, values: SliderValues): string {
  const { kind, id } = example;
  if (kind === 'module') return formatExampleSource(example, values);
  const file = readExampleFile(example, values);
  if (kind === 'device') return formatDeviceProgram(file);
  if (kind === 'network')
    return `import { networkSchema, runNetwork, validate } from 'memspike';

const description = validate(networkSchema, ${formatLiteral(file)}, '${id}');
await runNetwork({ description, source: '${id}', out: 'runs/${id}' });
`;
  return `import { imagesOf, loadMnist, mnistConfig, testLayer, trainLayer } from 'memspike/mnist';

const config = mnistConfig(${formatLiteral(file)});
const images = imagesOf(loadMnist(), config);
const trained = await trainLayer(config, images.train);
const tested = trained && (await testLayer(config, trained.learned, images));
console.log(tested?.accuracy.logProbability); // %
`;
}

function formatPython(example: LiveExample, values: SliderValues): string {
  const { kind, id, devices } = example;
  const call = {
    network: `ms.run(text, out="runs/${id}")`,
    device: `ms.characterise(text, devices=${devices}, out="runs/${id}")`,
    mnist: `ms.mnist(config=text, out="runs/${id}")`,
  }[kind as 'network'];
  return `import memspike as ms\n\ntext = """\n${formatExampleSource(example, values)}"""\nresult = ${call}\n`;
}

const FORMATTERS = {
  YAML: formatExampleSource,
  TypeScript: formatProgram,
  command: formatCommand,
  Python: formatPython,
};
export type CopyFormat = keyof typeof FORMATTERS;

/** Lists the formats in which an example can be copied: a TypeScript example only as TypeScript, a sweep not as Python. */
export const listCopyFormats = ({ kind, picture }: LiveExample): CopyFormat[] => {
  if (kind === 'module') return ['TypeScript'];
  return picture === 'sweep' ? ['YAML', 'TypeScript', 'command'] : ['YAML', 'TypeScript', 'command', 'Python'];
};

export const formatExampleCopy = (example: LiveExample, values: SliderValues, format: CopyFormat): string =>
  FORMATTERS[format](example, values);
