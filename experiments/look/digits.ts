/** Formats a number with four significant digits, in plain or scientific notation, whichever is shorter. */
export function formatSignificantDigits(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const [plain, scientific] = [String(rounded), rounded.toExponential()];
  return scientific.length < plain.length ? scientific : plain;
}

export const formatPercent = (share: number): string => `${formatSignificantDigits(100 * share)} %`;

/** Formats a number with four significant digits; NaN becomes a dash. */
export const formatMeasure = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–';
