/** What the commands take of Node's `Buffer`. */
export const Buffer = {
  from(data: Uint8Array | string, encoding?: string): Uint8Array {
    if (typeof data !== 'string') return data;
    return encoding === 'latin1' ? Uint8Array.from(data, (c) => c.charCodeAt(0)) : new TextEncoder().encode(data);
  },
  allocUnsafe: (length: number): Uint8Array => new Uint8Array(length),
  concat(parts: readonly Uint8Array[]): Uint8Array {
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  },
};

/** What they take of `process`; how much memory a page has nobody tells it. */
export const process = { platform: 'browser', env: {}, resourceUsage: () => ({ maxRSS: Number.NaN }) };
