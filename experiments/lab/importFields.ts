import { DECIMAL_MARK_NAMES } from '../devices/fit/import/numbers.ts';
import { MEASUREMENT_KINDS } from '../devices/fit/kinds/measurementType.ts';

/** Options of `memspike device fit` with a list of values: key, label, values with labels; the first value omits the option. */
export const IMPORT_CHOICE_FIELDS = [
  ['kind', 'Measurement', [['', 'detect from the columns'], ...MEASUREMENT_KINDS]],
  ['decimal', 'Decimal mark', [['', 'detect from the numbers'], ...DECIMAL_MARK_NAMES]],
  [
    'model',
    'Model of pulses',
    [['', 'the best-fitting equation'] as const, ['table', 'a table of the measured steps']],
  ],
] as const;

/** Options of `memspike device fit` with a text as value: key, label, example of a value. */
export const IMPORT_TEXT_FIELDS = [
  ['columns', 'Columns', 'pulse=n,conductance=G1'],
  ['sheet', 'Sheet of a workbook', 'Sheet1'],
  ['unit', 'Unit of readings', 'uS'],
  ['readVoltage', 'Read voltage', '100mV'],
  ['range', 'Conductances of the states 0 and 1', '1uS:100uS'],
  ['writeVoltage', 'Write voltage, up/down', '4/-2'],
  ['writeTime', 'Pulse length', '10ms'],
  ['timeStep', 'Time between points of a loop', '10ms'],
] as const;

/** Labels of the lab's fields by the command-line option that they replace. */
const FIELD_LABELS = new Map<string, string>(
  [...IMPORT_CHOICE_FIELDS, ...IMPORT_TEXT_FIELDS].map(([key, label]) => [
    key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    label,
  ]),
);
/** Words that may follow an option in a message without being its value. */
const WORDS_AFTER_OPTION = 'is|has|gives|needs|states|stores|for|or|and|all';
const OPTION_PATTERN = new RegExp(
  `\`?--(${[...FIELD_LABELS.keys()].join('|')})(?: (?!(?:${WORDS_AFTER_OPTION})\\b)([^\\s;)\`]*[^\\s;).,\`]))?\`?`,
  'g',
);

/** Replaces the command-line options in a message by the fields of the lab. */
export const replaceOptionsByFieldLabels = (message: string): string =>
  message
    .replace(/^device fit: /, '')
    .replace(' (--onto)', '')
    .replace(' --sheet ', ', sheet ')
    .replace(OPTION_PATTERN, (_, option: string, value?: string) => {
      const field = `the field "${FIELD_LABELS.get(option)}"`;
      return value === undefined ? field : `${value} in ${field}`;
    })
    .replace(/(in the field "[^"]+") (?=\S+ in the field)/g, '$1 and ');
