/** State that is shared has lost what it numbered a summary for: the number is going to be given again. */
export class NumberLost extends Error {
  constructor(sequence: number) {
    super(`Shared state knows nothing any more of what summary ${sequence} counts`);
    this.name = 'NumberLost';
  }
}
