/** Mean and variance (N in the denominator) of numbers that come one after the other, by Welford's update. */
export class Moments {
  #n = 0;
  #mean = 0;
  #squares = 0;

  add(x: number): void {
    const off = x - this.#mean;
    this.#mean += off / ++this.#n;
    this.#squares += off * (x - this.#mean);
  }

  get mean(): number {
    return this.#mean;
  }

  get variance(): number {
    return this.#squares / this.#n;
  }
}
