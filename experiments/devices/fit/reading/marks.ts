/** What stands in numbers: the mark before decimals, and whether the other one stands between thousands. */
export interface Marks {
  readonly decimal: '.' | ',';
  readonly grouped: boolean;
}

/** What `--decimal` may say. */
export const DECIMALS = ['point', 'comma'] as const;
export type Decimal = (typeof DECIMALS)[number];

export const POINT: Marks = { decimal: '.', grouped: false };
export const ALL_MARKS: readonly Marks[] = (['.', ','] as const).flatMap((decimal) =>
  [false, true].map((grouped) => ({ decimal, grouped })),
);

const other = { '.': ',', ',': '.' } as const;
/** Thousands, without a sign: `1,234`, `1,234,567.8`. */
const GROUPS = { ',': /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/, '.': /^[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/ } as const;

/** The text of a number with a decimal point and nothing between thousands; NaN: it has marks that do not belong there. */
export function pointed(text: string, { decimal, grouped }: Marks): string {
  const mark = other[decimal];
  if (text.includes(mark) && !(grouped && GROUPS[mark].test(text.replace(/^[-+−–]/, '')))) return Number.NaN.toString();
  return text.replaceAll(mark, '').replace(decimal, '.');
}

/** What one cell says: the mark before its decimals, whether it has thousands, and whether it may be read either way. */
interface Sign extends Marks {
  readonly open: boolean;
}

function signOf(cell: string): Sign | undefined {
  const [, digits = '', exponent] = /^[-+−–]?([\d.,]+)([ed][-+−]?\d+)?(?:\s*[^\d\s.,][^\d]*)?$/i.exec(cell) ?? [];
  const marks = digits.replace(/\d/g, '');
  for (const mark of ['.', ','] as const) {
    if (exponent === undefined && GROUPS[mark].test(digits))
      // One group and no decimals: 2,250 is 2250 or 2.25.
      return { decimal: other[mark], grouped: true, open: marks === mark };
  }
  return marks === '.' || marks === ',' ? { decimal: marks, grouped: false, open: false } : undefined;
}

/** A cell whose number no other cell of its file tells how to read. */
export interface Open {
  readonly row: number;
  readonly column: number;
}

/**
 * The marks of all numbers of a file: those of the cells that can be read in one way only, or else what is told. A single comma before
 * three digits stands between thousands where other numbers have decimal points, and before decimals where others have decimal commas;
 * where no other number tells, the first of them is returned. A single point stands before decimals, unless `semicolons` are between cells.
 */
export function marksOf(rows: readonly (readonly string[])[], semicolons = false, told?: Decimal): Marks | Open {
  const seen = { '.': { sure: 0, grouped: 0, open: 0 }, ',': { sure: 0, grouped: 0, open: 0 } };
  let first: Open | undefined;
  for (const [row, cells] of rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      const sign = signOf(cell);
      if (sign === undefined) continue;
      const own = seen[sign.decimal];
      if (sign.open) own.open++;
      else own.sure++;
      if (sign.grouped && !sign.open) own.grouped++;
      if (sign.open && (sign.decimal === '.' || semicolons)) first ??= { row, column };
    }
  }
  if (told !== undefined) {
    const decimal = told === 'comma' ? ',' : '.';
    return { decimal, grouped: seen[decimal].grouped + seen[decimal].open > 0 };
  }
  // As thousands of decimal commas `2.250` is rare: only with others such as `1.234,5` in the file.
  if (seen[','].sure > seen['.'].sure) return { decimal: ',', grouped: seen[','].grouped > 0 };
  if (first !== undefined && seen['.'].sure === 0) return first;
  return { decimal: '.', grouped: seen['.'].grouped + seen['.'].open > 0 };
}
