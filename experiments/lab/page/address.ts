import { deflateSync, Inflate, strToU8 } from 'fflate';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { type LabState, stateSchema } from './state.ts';

const VERSION = 1;
/** Characters of an address, and bytes of what it unpacks to, that are taken at most. */
const [LONGEST, LARGEST] = [32_768, 262_144];

const toText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const fromText = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** What differs from `initial`, and nothing else. */
function differing(value: unknown, initial: unknown): unknown {
  if (JSON.stringify(value) === JSON.stringify(initial)) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof initial !== 'object') return value;
  const entries = Object.entries(value).map(([key, v]) => [
    key,
    differing(v, (initial as Record<string, unknown>)?.[key]),
  ]);
  return Object.fromEntries(entries.filter(([, v]) => v !== undefined));
}

/** The state as the part of an address after `#`: the version, a full stop, and deflated JSON of what is not as ever. */
export function toAddress(state: LabState): string {
  const initial = validate(stateSchema, {}, 'the lab');
  const json = JSON.stringify(differing(state, initial) ?? {});
  return json === '{}' ? '' : `#${VERSION}.${toText(deflateSync(strToU8(json), { level: 9 }))}`;
}

function unpacked(packed: Uint8Array): string {
  const decode = new TextDecoder();
  let [text, size] = ['', 0];
  const inflate = new Inflate((part) => {
    size += part.length;
    if (size > LARGEST) throw new UserError(`The address unpacks to more than ${LARGEST / 1024} kB; it is not opened.`);
    text += decode.decode(part, { stream: true });
  });
  for (let at = 0; at < packed.length; at += 1024)
    inflate.push(packed.subarray(at, at + 1024), at + 1024 >= packed.length);
  return text + decode.decode();
}

/** The state that an address holds; undefined where it holds none. @throws UserError for one that cannot be opened */
export function fromAddress(hash: string): LabState | undefined {
  if (hash === '' || hash === '#') return undefined;
  const [, version, text] = /^#(\d+)\.([\w-]*)$/.exec(hash) ?? [];
  if (version === undefined)
    throw new UserError('The address holds something that is no state of the lab; it is left out.');
  if (Number(version) > VERSION)
    throw new UserError(
      `The address is one of version ${version}, from a newer lab than this, which knows ${VERSION}; open it there, or reload this page.`,
    );
  if (hash.length > LONGEST) throw new UserError(`The address is longer than ${LONGEST} characters; it is not opened.`);
  let value: unknown;
  try {
    value = JSON.parse(unpacked(fromText(text!)));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('The address is damaged: a part of it is missing or was changed.', { cause: error });
  }
  return validate(stateSchema, value, 'The address');
}
