/** Nobody interrupts a page's worker from outside: it is asked to stop, or ended. */
export const interrupted = new Int32Array(1);

export const unhurried = <T>(save: () => T): T => save();
