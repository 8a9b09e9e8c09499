const MAX_TEXT_LENGTH = 60;
const MAX_ENTRIES = 4;
/** Maximum length of a formatted list or mapping with nested entries; longer ones show only their size. */
const MAX_SHOWN_LENGTH = 160;
/** Characters to escape: control characters, line separators, bidirectional overrides, characters invalid in XML. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Escapes a text from outside (file, command line) so that it fits on one line of a terminal. */
export function escapeControlCharacters(text: string): string {
  return text.replace(UNPRINTABLE, (c) => SHORT_ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Escapes control characters in a text of several lines; its line ends and tabs are kept. */
export const escapeMultilineText = (text: string): string => text.replace(/[^\n\t]+/g, escapeControlCharacters);

/** Quotes and escapes a text, truncated to 60 characters; to fewer if the escaped text would exceed 120 characters. */
function quote(text: string) {
  const characters = Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH)).slice(0, MAX_TEXT_LENGTH);
  const escapeAll = () => escapeControlCharacters(JSON.stringify(characters.join('')));
  while (escapeAll().length > 2 * MAX_TEXT_LENGTH) characters.pop();
  const [start, escaped] = [characters.join(''), escapeAll()];
  return start.length < text.length ? `${escaped.slice(0, -1)}…" (${text.length} characters)` : escaped;
}

function joinEntries(parts: string[], total: number, [open, close]: readonly [string, string]) {
  if (total === 0) return open.trim() + close.trim();
  return total > parts.length
    ? `${open}${parts.join(', ')}, …${close} (${total} entries)`
    : `${open}${parts.join(', ')}${close}`;
}

/** Formats any value as a short text for an error: strings are truncated, lists and mappings show their first entries. */
export function show(value: unknown): string {
  const text = showTo(value, 2);
  return text.length <= MAX_SHOWN_LENGTH ? text : showTo(value, 1);
}

function showTo(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (depth === 0) return isList ? '[…]' : '{…}';
  if (isList) {
    const list = Array.from({ length: Math.min(MAX_ENTRIES, (value as ArrayLike<unknown>).length) }, (_, i) =>
      showTo((value as ArrayLike<unknown>)[i], depth - 1),
    );
    return joinEntries(list, (value as ArrayLike<unknown>).length, ['[', ']']);
  }
  const keys = Object.keys(value);
  const entries = keys
    .slice(0, MAX_ENTRIES)
    .map((key) => `${formatKey(key)}: ${showTo(Reflect.get(value, key), depth - 1)}`);
  return joinEntries(entries, keys.length, ['{ ', ' }']);
}

const MAX_SHOWN_DIMENSIONS = 6;

export function formatShape(shape: readonly number[]): string {
  const more = shape.length > MAX_SHOWN_DIMENSIONS ? ', …' : '';
  return `(${shape.slice(0, MAX_SHOWN_DIMENSIONS).join(', ')}${more})`;
}

export function formatKey(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : quote(key);
}

/** Formats a path in a configuration, `populations.output.tau`; list entries by index, `projections.0.delay`. */
export function formatKeyPath(path: readonly PropertyKey[]): string {
  return path.map((key) => formatKey(String(key))).join('.');
}

/** Formats a count with its noun: `1 neuron`, `2,000 neurons`. */
export const formatCount = (n: number, noun: string): string =>
  `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
