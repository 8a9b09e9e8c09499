const TEXT = 60;
const ITEMS = 4;
/** Characters that a terminal obeys instead of showing them (control characters, line separators, bidirectional overrides), or that XML has not. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text from a file or a command line on one line of a terminal, with everything escaped that it would obey. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same of a text whose line ends and tabs are our own. */
export const printableLines = (text: string): string => text.replace(/[^\n\t]+/g, printable);

/** A text in quotes, cut at 60 characters, with everything a terminal would obey escaped. */
function quoted(text: string): string {
  const start = Array.from(text.slice(0, 2 * TEXT))
    .slice(0, TEXT)
    .join('');
  const escaped = printable(JSON.stringify(start));
  return start.length < text.length ? `${escaped.slice(0, -1)}…" (${text.length} characters)` : escaped;
}

function listed(parts: string[], total: number, [open, close]: readonly [string, string]): string {
  if (total === 0) return open.trim() + close.trim();
  return total > parts.length
    ? `${open}${parts.join(', ')}, …${close} (${total} entries)`
    : `${open}${parts.join(', ')}${close}`;
}

/** Any value as a short text for an error: strings quoted and cut, long lists and mappings by their first entries. */
export function show(value: unknown, depth = 2): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (depth === 0) return isList ? '[…]' : '{…}';
  if (isList) {
    const list = Array.from({ length: Math.min(ITEMS, (value as ArrayLike<unknown>).length) }, (_, i) =>
      show((value as ArrayLike<unknown>)[i], depth - 1),
    );
    return listed(list, (value as ArrayLike<unknown>).length, ['[', ']']);
  }
  const keys = Object.keys(value);
  const entries = keys.slice(0, ITEMS).map((key) => `${showKey(key)}: ${show(Reflect.get(value, key), depth - 1)}`);
  return listed(entries, keys.length, ['{ ', ' }']);
}

const MAX_SHOWN_DIMENSIONS = 6;

/** Sizes of an array as NumPy writes them; of many dimensions the first. */
export function showShape(shape: readonly number[]): string {
  const more = shape.length > MAX_SHOWN_DIMENSIONS ? ', …' : '';
  return `(${shape.slice(0, MAX_SHOWN_DIMENSIONS).join(', ')}${more})`;
}

/** A key as it is written in a path: bare when it is a plain word, quoted otherwise. */
export function showKey(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : quoted(key);
}

/** A path into a configuration, `populations.output.tau`; list entries by index, `projections.0.delay`. */
export function showPath(path: readonly PropertyKey[]): string {
  return path.map((key) => showKey(String(key))).join('.');
}
