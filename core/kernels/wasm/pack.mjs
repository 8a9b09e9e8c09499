/** LZMA as `core/kernels/unpack.ts` has it: lc 3, lp 0 and, since code of WebAssembly lies at no multiples of 4, pb 0, which `lzma1` does not offer at its door. */
const inside = (file) => import(new URL(file, import.meta.resolve('lzma1')));
const { Encoder } = await inside('encoder.js');
const { InputBuffer, OutputBuffer } = await inside('streams.js');

const HEADER = 13;
const PROPERTIES = 3; // (5 pb + lp) 9 + lc

class Packer extends Encoder {
  configure(mode) {
    super.configure(mode);
    this._posStateBits = 0;
    this._posStateMask = 0;
  }
}

/** Without its header. */
export function pack(bytes) {
  const output = new OutputBuffer(bytes.length + 1024);
  new Packer().compress(new InputBuffer(bytes), output, { searchDepth: 25, filterStrength: 255, modeIndex: 1 });
  const packed = Uint8Array.from(output.toArray());
  if (packed[0] !== PROPERTIES) throw new Error('the kernels are packed in another way than they are unpacked');
  return packed.subarray(HEADER);
}
