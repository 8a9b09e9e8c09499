/** Parts of a module that take turns in it: what instructions do repeats itself more often than what they do it with. */
const INSTRUCTIONS = 0;
const DECLARED = 1;
const PLACES = 2;
const CONSTANTS = 3;
const LOCALS = 4;

/** The section of functions. */
const CODE = 10;

/**
 * br, br_if, call, global.get, global.set, memory.size, memory.grow, i32.const, i64.const and a prefix, which a number follows. The zeros
 * behind memory.copy and memory.fill, which have that prefix, pass for instructions.
 */
const NUMBERED = [0x0c, 0x0d, 0x10, 0x23, 0x24, 0x3f, 0x40, 0x41, 0x42, 0xfc];

/**
 * Goes through a module of WebAssembly, of which `take` says byte after byte: in which part it is, and where in the module. What
 * follows from the others is in none: alignments, which are but hints and hence 0, and of each function how many bytes it has, in two.
 */
export function eachPart(module: Uint8Array, take: (part: number, at: number) => number): void {
  let at = 0;
  const byte = (part: number): number => {
    const found = take(part, at);
    module[at++] = found;
    return found;
  };
  const bytes = (part: number, count: number): void => {
    for (let i = 0; i < count; i++) byte(part);
  };
  const number = (part: number): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const digit = byte(part);
      value |= (digit & 127) << shift;
      if (digit < 128) return value;
    }
  };
  const place = (): void => {
    at++;
    number(PLACES);
  };

  const vector = (): void => {
    const kind = byte(INSTRUCTIONS);
    if (kind > 127) module[at++] = 1;
    if (kind < 12 || kind === 92 || kind === 93) place();
    else if (kind < 14) bytes(CONSTANTS, 16);
    else if (kind > 20 && kind < 35) byte(INSTRUCTIONS);
    else if (kind > 83 && kind < 92) {
      place();
      byte(INSTRUCTIONS);
    }
  };

  const body = (): void => {
    const from = at;
    at += 2;
    for (let kinds = number(DECLARED); kinds > 0; kinds--) {
      number(DECLARED);
      byte(DECLARED);
    }
    for (let depth = 1; depth > 0; ) {
      const kind = byte(INSTRUCTIONS);
      if (kind > 0x1f && kind < 0x23) number(LOCALS);
      else if (kind === 0x0b) depth--;
      else if (NUMBERED.includes(kind)) number(INSTRUCTIONS);
      else if (kind > 1 && kind < 5) {
        byte(INSTRUCTIONS);
        depth++;
      } else if (kind > 0x27 && kind < 0x3f) place();
      else if (kind === 0x43) bytes(CONSTANTS, 4);
      else if (kind === 0x44) bytes(CONSTANTS, 8);
      else if (kind === 0x0e)
        for (let places = number(INSTRUCTIONS); places >= 0; places--) number(INSTRUCTIONS); // br_table
      else if (kind === 0xfd) vector();
    }
    const length = at - from - 2;
    module[from] = (length & 127) | 128;
    module[from + 1] = length >> 7;
  };

  bytes(INSTRUCTIONS, 8);
  while (at < module.length) {
    const section = byte(INSTRUCTIONS);
    const length = number(INSTRUCTIONS);
    if (section !== CODE) bytes(INSTRUCTIONS, length);
    else for (let functions = number(INSTRUCTIONS); functions > 0; functions--) body();
  }
}

/** The module of this length whose parts lie one after the other from these places on. */
export function assembled(parts: Uint8Array, starts: readonly number[], length: number): Uint8Array<ArrayBuffer> {
  const module = new Uint8Array(length);
  const next = [...starts];
  eachPart(module, (part) => parts[next[part]!++]!);
  return module;
}
