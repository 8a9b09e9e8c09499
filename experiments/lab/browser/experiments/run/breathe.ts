/** Long work of a page's worker may be held between two stretches: it then waits here until it may go on. */
export const hold = {
  open: Promise.resolve(),
  let: (): void => {},
  /** From now on work waits. */
  close(): void {
    hold.open = new Promise((resolve) => {
      hold.let = resolve;
    });
  },
};

const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Lets messages that wait have their turn. A message to oneself does that, which no tab in the background slows down as it does timers. */
export async function breathe(): Promise<void> {
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
  await hold.open;
}
