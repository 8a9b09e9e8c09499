import type { SpikeColumns } from './data.ts';

export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Decompresses the data of a page element, which `packBytes` encoded. */
export async function unpackBytes(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([decodeBase64(document.getElementById(id)!.textContent!.trim())])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function unpackSpikes(id: string): Promise<SpikeColumns> {
  const bytes = await unpackBytes(id);
  const n = new Uint32Array(bytes.buffer, 0, 1)[0]!;
  const ticks = new Uint32Array(bytes.buffer, 4, n);
  for (let i = 1; i < n; i++) ticks[i]! += ticks[i - 1]!;
  return {
    ticks,
    neurons: new Uint32Array(bytes.buffer, 4 + 4 * n, n),
    populationIndices: new Uint8Array(bytes.buffer, 4 + 8 * n, n),
  };
}
