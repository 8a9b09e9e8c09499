/** Four significant digits, in the shorter of plain and scientific notation. */
export function formatDigits(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const [plain, scientific] = [String(rounded), rounded.toExponential()];
  return scientific.length < plain.length ? scientific : plain;
}

/** Percentage of a share, with four significant digits. */
export const formatPercent = (share: number): string => `${formatDigits(100 * share)} %`;

/** Four significant digits; a dash for a value that could not be computed. */
export const formatMeasure = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–';
