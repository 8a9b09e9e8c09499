/** Four digits, as short as they can be written. */
export function digits(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const [plain, scientific] = [String(rounded), rounded.toExponential()];
  return scientific.length < plain.length ? scientific : plain;
}

export const percent = (share: number): string => `${digits(100 * share)} %`;
