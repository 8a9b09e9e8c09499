/** Info string of a live example: a fenced block in the manual, whose picture readers can recompute with other values. */
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { choice, described, integer, object, optional, refine, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { MEASUREMENTS } from '../devices/characterise/parts/index.ts';

export type ExampleKind = 'network' | 'device' | 'mnist' | 'module';

/** Kind of the fenced file by the name of its picture. Pictures of a device are the measurements of `characterise`. */
const PICTURE_KINDS: Readonly<Record<string, ExampleKind>> = {
  raster: 'network',
  potentials: 'network',
  weights: 'network',
  efficacies: 'network',
  sweep: 'network',
  ...Object.fromEntries(Object.keys(MEASUREMENTS).map((part) => [part, 'device' as const])),
  receptiveFields: 'mnist',
  curve: 'module',
  heatMap: 'module',
};

/** Range of a slider for a parameter of an example: dotted path, first and last value, unit as in the schema. */
export interface ParameterRange {
  readonly path: string;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
}

/** Number of points on the x axis of a sweep, and number of pulses of a train per direction. */
export const [SWEEP_POINTS, PULSE_COUNT] = [21, 50];

const NUMBER_PATTERN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function parseRange(words: string): ParameterRange {
  const [path = '', low = '', high = '', ...unit] = words.split(' ');
  const [first, last] = [low, high].map((word) => (NUMBER_PATTERN.test(word) ? Number(word) : Number.NaN));
  return { path, low: first!, high: last!, unit: unit.join(' ') };
}

const RANGE_HELP = 'a path, the first value, a larger last value and a unit, such as "populations.cells.tau 5 50 ms"';
const range = (help: string) =>
  described(
    z.string().check(
      refine((words) => {
        const { low, high } = parseRange(words);
        return low < high;
      }, RANGE_HELP),
    ),
    { description: help },
  );

const fenceSchema = object({
  id: described(z.string().check(refine((id) => /^[a-z][a-z0-9-]*$/.test(id), 'lower-case letters, digits and -')), {
    description: 'name of the example, unique in the manual',
  }),
  picture: choice(Object.keys(PICTURE_KINDS), { help: 'plot of the result' }),
  slider: z._default(z.array(range('parameter that a slider changes')), []),
  vary: optional(range('parameter on the x axis of a sweep')),
  of: optional(text({ help: 'name of the population whose mean rate a sweep shows' })),
  devices: integer({ default: 20, min: 1, max: 200, help: 'number of simulated devices' }),
});

export interface LiveExample extends Omit<z.output<typeof fenceSchema>, 'slider' | 'vary'> {
  readonly kind: ExampleKind;
  readonly sliders: readonly ParameterRange[];
  readonly vary?: ParameterRange | undefined;
  /** Content of the fenced block. */
  readonly source: string;
  /** Page and line of the fence, as in docs/guide/neurons.md:12. */
  readonly where: string;
}

export const isLiveFence = (info: string): boolean => /^\S+ +live(?: |$)/.test(info);

/** Slider values that differ from those in the example file, by parameter path. */
export type SliderValues = Readonly<Record<string, number>>;

const ATTRIBUTE_PATTERN = /(\w+)=(?:"([^"]*)"|(\S+))/g;

/** Parses the first line (info string) of a runnable Markdown code block. @throws UserError that begins with `where` */
export function parseLiveFence(info: string, source: string, where: string): LiveExample {
  const [, language, attributes] = /^(\S+) +live(.*)$/.exec(info.trim()) ?? [];
  if (language === undefined) throw new UserError(`${where}: ${show(info)} is not the info string of a live example.`);
  const rest = attributes!.replaceAll(ATTRIBUTE_PATTERN, '').trim();
  if (rest !== '')
    throw new UserError(`${where}: attribute ${show(rest)} is not of the form name=value or name="several words".`);
  const given: Record<string, unknown> = {};
  const sliders: string[] = [];
  for (const [, name, quoted, word] of attributes!.matchAll(ATTRIBUTE_PATTERN)) {
    const value = quoted ?? word!;
    if (name === 'slider') sliders.push(value);
    else if (Object.hasOwn(given, name!)) throw new UserError(`${where}: attribute ${name} is given twice.`);
    else given[name!] = NUMBER_PATTERN.test(value) ? Number(value) : value;
  }
  const { slider, vary, ...fence } = validate(fenceSchema, { ...given, slider: sliders }, where);
  const kind = PICTURE_KINDS[fence.picture]!;
  const neededLanguage = kind === 'module' ? 'ts' : 'yaml';
  if (neededLanguage !== language)
    throw new UserError(
      `${where}: the block is in the language ${language}, but the picture ${fence.picture} needs ${neededLanguage}.`,
    );
  if (fence.picture === 'sweep' && (vary === undefined || fence.of === undefined))
    throw new UserError(
      `${where}: the picture \`sweep\` needs \`vary\` (a parameter and its range) and \`of\` (a population).`,
    );
  return {
    ...fence,
    kind,
    sliders: slider.map(parseRange),
    vary: vary === undefined ? undefined : parseRange(vary),
    source,
    where,
  };
}
