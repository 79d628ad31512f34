/** Appends that are written together, and wait together. */
export class AppendRound {
  /** When the first of them began to wait. */
  readonly since = performance.now();
  readonly done: Promise<void>;
  release: () => void = () => undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.release = resolve;
    });
  }
}
