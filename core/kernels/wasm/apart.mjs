/** Takes a module of WebAssembly apart, for the packer; `core/kernels/parts.ts` puts it together again. */
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const typeScript = readFileSync(new URL('../parts.ts', import.meta.url), 'utf8');
const { code } = transformSync(typeScript, { loader: 'ts' });
const { eachPart } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** The section of functions. */
const CODE = 10;

/** A number as a module says it: seven bits a byte, in at least so many. */
function digits(value, least = 1) {
  const found = [];
  for (let rest = value; rest > 0 || found.length < least; rest >>= 7) found.push((rest & 127) | 128);
  found[found.length - 1] &= 127;
  return Buffer.from(found);
}

/** The same module, which says of each of its functions in two bytes how many it has. */
export function padded(module) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      value |= (module[at] & 127) << shift;
      if (module[at++] < 128) return value;
    }
  };
  const bytes = (count) => module.subarray(at, (at += count));
  while (module[at++] !== CODE) bytes(number());
  const before = module.subarray(0, at);
  const rest = number();
  const end = at + rest;
  const functions = [digits(number())];
  while (at < end) {
    const length = number();
    functions.push(digits(length, 2), bytes(length));
  }
  const all = Buffer.concat(functions);
  return Buffer.concat([before, digits(all.length), all, module.subarray(end)]);
}

/** The parts of such a module one after the other, where they begin, and where the last one ends. */
export function apart(module) {
  const unknown = () => new Error('the kernels have instructions that core/kernels/parts.ts does not know');
  const parts = [];
  const copy = Uint8Array.from(module);
  eachPart(copy, (part, at) => {
    if (at >= module.length) throw unknown();
    parts[part] ??= [];
    parts[part].push(module[at]);
    return module[at];
  });
  if (!module.equals(copy)) throw unknown();
  let end = 0;
  return { bytes: Uint8Array.from(parts.flat()), starts: [0, ...parts.map(({ length }) => (end += length))] };
}
