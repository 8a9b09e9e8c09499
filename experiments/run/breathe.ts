/** Longest time that the event loop has its turn, ms. */
const MAX_BREATH = 20;

let isAgain = false;

/** Asks for another turn of the event loop before work continues: a turn accepts one connection only. */
export const breatheAgain = (): void => {
  isAgain = true;
};

/** Lets events that wait have their turn between two stretches of work. */
export async function breathe(): Promise<void> {
  const end = performance.now() + MAX_BREATH;
  do {
    isAgain = false;
    await new Promise((resolve) => setImmediate(resolve));
  } while (isAgain && performance.now() < end);
}
